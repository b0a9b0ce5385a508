using Grpc.Core;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to a node's management interface beyond the boot device. The conductor's own implementation offers none of it.</summary>
internal sealed class ManagementCalls(DriverCalls calls)
{
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetBootModeAsync(NodeTask task, BootMode mode, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.SetBootModeAsync(
            new SetBootModeRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = name, Mode = mode },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetSecureBootAsync(NodeTask task, bool enabled, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.SetSecureBootAsync(
            new SetSecureBootRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = name, Enabled = enabled },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task InjectNmiAsync(NodeTask task, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.InjectNmiAsync(
            new InjectNmiRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = name },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<Indicator>> ListIndicatorsAsync(NodeTask task, CancellationToken cancellationToken) =>
        (await CallAsync(task, (management, name, options) => management.ListIndicatorsAsync(
            new ListIndicatorsRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = name },
            options), cancellationToken)).Indicators;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IndicatorState> GetIndicatorAsync(NodeTask task, string component, string indicator, CancellationToken cancellationToken) =>
        (await CallAsync(task, (management, name, options) => management.GetIndicatorAsync(
            new GetIndicatorRequest
            {
                Context = DriverCalls.Context(task, mutating: false),
                Node = NodeContexts.From(task.Node),
                Interface = name,
                Component = component,
                Indicator = indicator,
            },
            options), cancellationToken)).State;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetIndicatorAsync(NodeTask task, string component, string indicator, IndicatorState state, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.SetIndicatorAsync(
            new SetIndicatorRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = name,
                Component = component,
                Indicator = indicator,
                State = state,
            },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<VirtualMediaDevice>> ListVirtualMediaAsync(NodeTask task, CancellationToken cancellationToken) =>
        (await CallAsync(task, (management, name, options) => management.ListVirtualMediaAsync(
            new ListVirtualMediaRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = name },
            options), cancellationToken)).Devices;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task AttachVirtualMediaAsync(NodeTask task, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.AttachVirtualMediaAsync(
            new AttachVirtualMediaRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = name,
                Type = type,
                ImageUrl = imageUrl,
            },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task DetachVirtualMediaAsync(NodeTask task, IReadOnlyCollection<VirtualMediaType> types, CancellationToken cancellationToken) =>
        CallAsync(task, (management, name, options) => management.DetachVirtualMediaAsync(
            new DetachVirtualMediaRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = name,
                Types_ = { types },
            },
            options), cancellationToken);

    /// <param name="timeout">How long the machine may take.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<Sensor>> ListSensorsAsync(NodeTask task, TimeSpan timeout, CancellationToken cancellationToken) =>
        (await CallAsync(
            task,
            (management, name, options) => management.ListSensorsAsync(
                new ListSensorsRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = name }, options),
            cancellationToken,
            timeout)).Sensors;

    /// <param name="timeout">How long the machine may take.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task<GetMachineStateResponse> GetMachineStateAsync(NodeTask task, TimeSpan timeout, CancellationToken cancellationToken) => CallAsync(
        task,
        (management, name, options) => management.GetMachineStateAsync(
            new GetMachineStateRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = name }, options),
        cancellationToken,
        timeout);

    private Task<T> CallAsync<T>(
        NodeTask task,
        Func<ManagementService.ManagementServiceClient, string, CallOptions, AsyncUnaryCall<T>> call,
        CancellationToken cancellationToken,
        TimeSpan? timeout = null)
    {
        var served = DriverCalls.Served(task, InterfaceType.Management);
        return calls.CallAsync(task, served.Driver, options => call(served.Driver.Management, served.Name, options), cancellationToken, timeout);
    }
}
