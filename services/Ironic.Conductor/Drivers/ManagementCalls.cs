using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to a node's management interface beyond the boot device. The conductor's own implementation offers none of it.</summary>
internal sealed class ManagementCalls(DriverCalls calls)
{
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetBootModeAsync(NodeTask task, BootMode mode, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.SetBootModeAsync(
            new SetBootModeRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = Interface(task), Mode = mode },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetSecureBootAsync(NodeTask task, bool enabled, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.SetSecureBootAsync(
            new SetSecureBootRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = Interface(task), Enabled = enabled },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task InjectNmiAsync(NodeTask task, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.InjectNmiAsync(
            new InjectNmiRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<Indicator>> ListIndicatorsAsync(NodeTask task, CancellationToken cancellationToken) =>
        (await calls.CallAsync(task, options => task.Driver.Management.ListIndicatorsAsync(
            new ListIndicatorsRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken)).Indicators;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IndicatorState> GetIndicatorAsync(NodeTask task, string component, string indicator, CancellationToken cancellationToken) =>
        (await calls.CallAsync(task, options => task.Driver.Management.GetIndicatorAsync(
            new GetIndicatorRequest
            {
                Context = DriverCalls.Context(task, mutating: false),
                Node = NodeContexts.From(task.Node),
                Interface = Interface(task),
                Component = component,
                Indicator = indicator,
            },
            options), cancellationToken)).State;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task SetIndicatorAsync(NodeTask task, string component, string indicator, IndicatorState state, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.SetIndicatorAsync(
            new SetIndicatorRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = Interface(task),
                Component = component,
                Indicator = indicator,
                State = state,
            },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<VirtualMediaDevice>> ListVirtualMediaAsync(NodeTask task, CancellationToken cancellationToken) =>
        (await calls.CallAsync(task, options => task.Driver.Management.ListVirtualMediaAsync(
            new ListVirtualMediaRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken)).Devices;

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task AttachVirtualMediaAsync(NodeTask task, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.AttachVirtualMediaAsync(
            new AttachVirtualMediaRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = Interface(task),
                Type = type,
                ImageUrl = imageUrl,
            },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task DetachVirtualMediaAsync(NodeTask task, IReadOnlyCollection<VirtualMediaType> types, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Management.DetachVirtualMediaAsync(
            new DetachVirtualMediaRequest
            {
                Context = DriverCalls.Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = Interface(task),
                Types_ = { types },
            },
            options), cancellationToken);

    /// <param name="timeout">How long the machine may take.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task<IReadOnlyList<Sensor>> ListSensorsAsync(NodeTask task, TimeSpan timeout, CancellationToken cancellationToken) =>
        (await calls.CallAsync(
            task,
            options => task.Driver.Management.ListSensorsAsync(
                new ListSensorsRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = Interface(task) }, options),
            cancellationToken,
            timeout)).Sensors;

    /// <param name="timeout">How long the machine may take.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task<GetMachineStateResponse> GetMachineStateAsync(NodeTask task, TimeSpan timeout, CancellationToken cancellationToken) => calls.CallAsync(
        task,
        options => task.Driver.Management.GetMachineStateAsync(
            new GetMachineStateRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = Interface(task) }, options),
        cancellationToken,
        timeout);

    private static string Interface(NodeTask task) => DriverCalls.Served(task, InterfaceType.Management);
}
