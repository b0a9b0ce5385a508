using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;
using DriverPowerState = Ironic.Driver.V1.PowerState;
using DriverPowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to the driver of a node, each with a deadline, the request id, the fence and, when it changes something, an operation id.</summary>
internal sealed class DriverCalls(BuiltInValidation builtIn, BuiltInPower builtInPower, IOptions<DriverOptions> options, TimeProvider time)
{
    private readonly DriverOptions _options = options.Value;

    /// <summary>Whether an interface has what it needs. The conductor's own implementations have nothing to ask a driver for.</summary>
    /// <exception cref="IronicException">What it lacks: INVALID_PARAMETER_VALUE, MISSING_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION; or why the driver cannot be asked.</exception>
    public async Task ValidateAsync(NodeTask task, InterfaceKind kind, CancellationToken cancellationToken)
    {
        var name = Implementation(task.Node, kind);
        if (task.FindServed(kind.Type) is not { Driver: var driver })
        {
            if (kind.Type == InterfaceType.Deploy && name == RamdiskDeploy.InterfaceName)
                RamdiskDeploy.RequireBoot(task);
            // The conductor's own deploy interfaces begin with booting a ramdisk.
            if (kind.Type == InterfaceType.Deploy && BuiltInInterfaces.Has(kind.Type, name))
                await ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Boot), cancellationToken);
            await builtIn.ValidateAsync(task.Node, kind, name, cancellationToken);
            return;
        }

        await CallAsync(task, driver, options => driver.Driver.ValidateInterfaceAsync(
            new ValidateInterfaceRequest { Context = Context(task, mutating: false), Node = NodeContexts.From(task.Node), Type = kind.Type, Interface = name }, options), cancellationToken);
    }

    /// <param name="timeout">How long it may take; null: as usual.</param>
    public async Task<DriverPowerState> GetPowerStateAsync(NodeTask task, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        if (IsBuiltIn(task, InterfaceType.Power))
            return builtInPower.GetState(task.Node);
        var power = Served(task, InterfaceType.Power);
        return (await CallAsync(task, power.Driver, options => power.Driver.Power.GetPowerStateAsync(
            new GetPowerStateRequest { Context = Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = power.Name }, options), cancellationToken, timeout)).State;
    }

    /// <summary>The state that the hardware has after it. What the driver changes in the node's driver_internal_info meanwhile is stored as it comes.</summary>
    /// <exception cref="IronicException">LOCK_LOST, or what the action's failure means to the caller of the API.</exception>
    public async Task<DriverPowerState> SetPowerStateAsync(NodeTask task, DriverPowerTarget target, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(task, InterfaceType.Power))
            throw BuiltInPower.Refused(task.Node, target);
        var power = Served(task, InterfaceType.Power);
        var request = new SetPowerStateRequest
        {
            Context = Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = power.Name,
            Target = target,
            Timeout = timeout is { } limit ? Duration.FromTimeSpan(limit) : null,
        };
        // The driver gives up first and says why; the deadline is for a driver that does not.
        var last = await FollowAsync(
            task,
            power.Driver,
            options => power.Driver.Power.SetPowerState(request, options),
            response => response.Progress,
            (timeout ?? _options.PowerTimeout) + _options.CallTimeout,
            cancellationToken);
        return last.State;
    }

    public async Task<IReadOnlyList<string>> ListSupportedBootDevicesAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(task, InterfaceType.Management))
            return BuiltInManagement.SupportedBootDevices;
        var management = Served(task, InterfaceType.Management);
        return (await CallAsync(task, management.Driver, options => management.Driver.Management.ListSupportedBootDevicesAsync(
            new ListSupportedBootDevicesRequest { Context = Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = management.Name },
            options), cancellationToken)).Devices;
    }

    public async Task<(string? Device, bool? Persistent)> GetBootDeviceAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(task, InterfaceType.Management))
            return BuiltInManagement.BootDevice;
        var management = Served(task, InterfaceType.Management);
        var answer = await CallAsync(task, management.Driver, options => management.Driver.Management.GetBootDeviceAsync(
            new GetBootDeviceRequest { Context = Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = management.Name },
            options), cancellationToken);
        return (answer.HasDevice ? answer.Device : null, answer.HasPersistent ? answer.Persistent : null);
    }

    public async Task SetBootDeviceAsync(NodeTask task, string device, bool persistent, CancellationToken cancellationToken)
    {
        if (IsBuiltIn(task, InterfaceType.Management))
        {
            BuiltInManagement.SetBootDevice(device);
            return;
        }

        var management = Served(task, InterfaceType.Management);
        await CallAsync(task, management.Driver, options => management.Driver.Management.SetBootDeviceAsync(
            new SetBootDeviceRequest
            {
                Context = Context(task, mutating: true),
                Node = NodeContexts.From(task.Node),
                Interface = management.Name,
                Device = device,
                Persistent = persistent,
            },
            options), cancellationToken);
    }

    /// <param name="driver">The process that serves the vendor interface.</param>
    public async Task ValidateVendorAsync(NodeTask task, RegisteredDriver driver, VendorCall call, CancellationToken cancellationToken) =>
        await CallAsync(task, driver, options => driver.Vendor.ValidateNodeMethodAsync(
            new ValidateNodeMethodRequest { Context = Context(task, mutating: false), Node = NodeContexts.From(task.Node), Call = call }, options), cancellationToken);

    /// <param name="driver">The process that serves the vendor interface.</param>
    /// <param name="validated">The same call was validated before under the same lock.</param>
    public async Task<VendorResult> CallVendorAsync(NodeTask task, RegisteredDriver driver, VendorCall call, bool validated, CancellationToken cancellationToken)
    {
        var request = new CallNodeMethodRequest { Context = Context(task, mutating: true), Node = NodeContexts.From(task.Node), Call = call, Validated = validated };
        try
        {
            return (await driver.Vendor.CallNodeMethodAsync(request, CallOptions(_options.VendorTimeout, cancellationToken))).Result ?? NullResult();
        }
        catch (RpcException e)
        {
            throw Failure(task, driver, e, ErrorReason.VendorPassthruFailure);
        }
    }

    public async Task ValidateVendorAsync(HardwareTypeInfo hardware, VendorCall call, CancellationToken cancellationToken)
    {
        try
        {
            await hardware.Driver.Vendor.ValidateDriverMethodAsync(
                new ValidateDriverMethodRequest { Context = Context(), Driver = hardware.Name, Call = call }, CallOptions(_options.CallTimeout, cancellationToken));
        }
        catch (RpcException e)
        {
            throw DriverErrors.Translate(e, hardware.Driver.Name);
        }
    }

    public async Task<VendorResult> CallVendorAsync(HardwareTypeInfo hardware, VendorCall call, bool validated, CancellationToken cancellationToken)
    {
        try
        {
            var request = new CallDriverMethodRequest { Context = Context(), Driver = hardware.Name, Call = call, Validated = validated };
            return (await hardware.Driver.Vendor.CallDriverMethodAsync(request, CallOptions(_options.VendorTimeout, cancellationToken))).Result ?? NullResult();
        }
        catch (RpcException e)
        {
            throw DriverErrors.Translate(e, hardware.Driver.Name, ErrorReason.VendorPassthruFailure);
        }
    }

    // A call that was ended because the lock is lost says so, and not that it was cancelled.
    internal static IronicException Failure(NodeTask task, RegisteredDriver driver, RpcException exception, ErrorReason failure)
    {
        task.ThrowIfLost();
        return DriverErrors.Translate(exception, driver.Name, failure);
    }

    internal static JsonObject ReadChanges(Json changes, string driver)
    {
        try
        {
            if (JsonNode.Parse(changes.Text, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is JsonObject members)
                return members;
        }
        catch (JsonException)
        {
            // Its message quotes the text, which may hold a secret.
        }

        throw new IronicException(ErrorReason.DriverFailure, $"The driver {driver} sent changes to driver_internal_info that are no JSON object.");
    }

    private static VendorResult NullResult() => new() { Json = new Json { Text = "null" } };

    private static string Implementation(NodeRow node, InterfaceKind kind) =>
        kind.Get(node) ?? throw new IronicException(ErrorReason.NoValidDefaultForInterface, $"Node {node.Uuid} has no {kind.Name} interface.");

    internal static bool IsBuiltIn(NodeTask task, InterfaceType type) =>
        BuiltInInterfaces.Has(type, Implementation(task.Node, InterfaceTypes.Get(type))) && task.FindServed(type) is null;

    /// <summary>The implementation that a driver process serves for the node.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION: it is one of the conductor's own, which offers no such thing. DRIVER_UNAVAILABLE: its process is gone.</exception>
    internal static ServedInterface Served(NodeTask task, InterfaceType type)
    {
        var kind = InterfaceTypes.Get(type);
        Implementation(task.Node, kind);
        return task.FindServed(type) ?? throw Unsupported(task.Node, kind);
    }

    internal static IronicException Unsupported(NodeRow node, InterfaceKind kind) =>
        new(ErrorReason.UnsupportedDriverExtension, $"Hardware type {node.Driver} does not support {kind.Name} (disabled or not implemented).");

    /// <summary>What comes with a call about a node.</summary>
    internal static CallContext Context(NodeTask task, bool mutating) => Context(task, mutating ? Guid.NewGuid().ToString() : "");

    /// <summary>What comes with a call that begins or joins an operation.</summary>
    /// <param name="operation">Its id; empty for a call that changes nothing.</param>
    internal static CallContext Context(NodeTask task, string operation)
    {
        if (operation.Length > 0)
            task.ThrowIfLost();
        return new CallContext
        {
            RequestId = RequestContext.Current?.RequestId ?? "",
            OperationId = operation,
            Epoch = task.IsExclusive ? (ulong)task.Node.LockEpoch : 0,
        };
    }

    private static CallContext Context() => new() { RequestId = RequestContext.Current?.RequestId ?? "", OperationId = Guid.NewGuid().ToString() };

    internal CallOptions CallOptions(TimeSpan timeout, CancellationToken cancellationToken) =>
        new(deadline: time.GetUtcNow().UtcDateTime + timeout, cancellationToken: cancellationToken);

    /// <summary>Follows a long operation to its end. What the driver changes in the node's driver_internal_info meanwhile is stored as it comes.</summary>
    /// <param name="driver">The process that is called.</param>
    /// <returns>The last message.</returns>
    /// <exception cref="IronicException">LOCK_LOST, or what the operation's failure means to the caller of the API.</exception>
    internal async Task<T> FollowAsync<T>(
        NodeTask task,
        RegisteredDriver driver,
        Func<CallOptions, AsyncServerStreamingCall<T>> start,
        Func<T, Progress?> progress,
        TimeSpan timeout,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            using var call = start(CallOptions(timeout, cancellationToken));
            T? last = null;
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                if (progress(response)?.DriverInternalInfo is { } changes)
                    await task.SaveDriverInternalInfoAsync(ReadChanges(changes, driver.Name), cancellationToken);
                last = response;
            }

            return last is not null && progress(last) is { Completed: true } ? last : throw Incomplete(driver.Name);
        }
        catch (RpcException e)
        {
            throw Failure(task, driver, e, ErrorReason.DriverFailure);
        }
    }

    internal static IronicException Incomplete(string driver) =>
        new(ErrorReason.DriverFailure, $"The driver {driver} ended an operation without saying that it is complete.");

    /// <summary>Makes a call with the usual deadline, or another one.</summary>
    /// <param name="driver">The process that is called.</param>
    /// <exception cref="IronicException">What its failure means to the caller of the API.</exception>
    internal async Task<T> CallAsync<T>(NodeTask task, RegisteredDriver driver, Func<CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken, TimeSpan? timeout = null)
    {
        try
        {
            return await call(CallOptions(timeout ?? _options.CallTimeout, cancellationToken));
        }
        catch (RpcException e)
        {
            throw Failure(task, driver, e, ErrorReason.DriverFailure);
        }
    }
}
