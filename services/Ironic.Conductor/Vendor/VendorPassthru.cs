using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Cluster.Forwarding;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Vendor;

/// <summary>
/// Calls the vendors' own methods. For a node: the method is looked up under a shared lock, the lock is made exclusive where the method
/// asks for it, the driver validates, then the method runs: at once, or in the lane of its driver with the lock held until it ends.
/// </summary>
internal sealed partial class VendorPassthru(
    TaskManager tasks, NodeStore nodes, DriverRegistry drivers, Membership membership, ConductorIdentity self, DriverCalls calls, ConductorLanes lanes, IOptions<LaneOptions> options, ILogger<VendorPassthru> logger)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _synchronous = new(StringComparer.Ordinal);

    /// <summary>The methods of the node's vendor interface.</summary>
    public async Task<IReadOnlyList<VendorMethod>> ListForNodeAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        return VendorMethods.OfNode(task).Methods;
    }

    /// <summary>Calls a method of the node's vendor interface.</summary>
    /// <returns>The result, or null when the method was accepted and goes on.</returns>
    /// <exception cref="IronicException">As <c>NodeService.CallNodeVendorMethod</c> says.</exception>
    public async Task<VendorResult?> CallForNodeAsync(string ident, string name, string verb, Json? parameters, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        var (served, methods) = VendorMethods.OfNode(task);
        var method = VendorMethods.Find(methods, name, verb);
        // Only what a process serves has methods.
        var driver = served!.Driver;
        var call = Call(served.Name, method, verb, parameters);
        var lane = lanes.Vendor(driver.Name);
        if (method.Async)
            lane.RequireRoom();
        if (method.RequireExclusiveLock)
            await task.UpgradeAsync(cancellationToken);
        if (!method.Async)
            return await CallAsync(task, driver, call, cancellationToken);
        await calls.ValidateVendorAsync(task, driver, call, cancellationToken);
        task.HandOver(lane, (held, lost) => RunAsync(held, driver, call, lost));
        return null;
    }

    /// <summary>The methods of the hardware type's default vendor interface that need no node.</summary>
    /// <exception cref="IronicException">DRIVER_NOT_FOUND.</exception>
    public async Task<IReadOnlyList<VendorMethod>> ListForDriverAsync(string driver, CancellationToken cancellationToken) =>
        VendorMethods.OfHardwareType(await FindAsync(driver, cancellationToken)).Methods;

    /// <summary>Calls a method that needs no node.</summary>
    /// <returns>The result, or null when the method was accepted and goes on.</returns>
    /// <exception cref="IronicException">As <c>DriverService.CallDriverVendorMethod</c> says.</exception>
    /// <exception cref="ServedElsewhereException">Only conductors of other groups can reach the driver.</exception>
    public async Task<VendorResult?> CallForDriverAsync(string driver, string name, string verb, Json? parameters, CancellationToken cancellationToken)
    {
        var hardware = await FindAsync(driver, cancellationToken);
        RequireOwnGroup(hardware);
        var (implementation, methods) = VendorMethods.OfHardwareType(hardware);
        var method = VendorMethods.Find(methods, name, verb);
        var call = Call(implementation, method, verb, parameters);
        if (!method.Async)
        {
            using var turn = Enter(hardware.Driver.Name);
            return await calls.CallVendorAsync(hardware, call, validated: false, cancellationToken);
        }

        var lane = lanes.Vendor(hardware.Driver.Name);
        lane.RequireRoom();
        await calls.ValidateVendorAsync(hardware, call, cancellationToken);
        lane.Start(() => RunAsync(hardware, call));
        return null;
    }

    private static VendorCall Call(string implementation, VendorMethod method, string verb, Json? parameters)
    {
        if (parameters is not null && !JsonTexts.IsObject(parameters.Text))
            throw new IronicException(ErrorReason.InvalidParameterValue, "The parameters of a vendor method are a JSON object.");
        return new VendorCall { Interface = implementation, Method = method.Name, HttpMethod = verb, Parameters = parameters ?? new Json { Text = "{}" } };
    }

    private async Task<HardwareTypeInfo> FindAsync(string driver, CancellationToken cancellationToken) =>
        await drivers.FindAsync(driver, cancellationToken) ?? throw new IronicException(ErrorReason.DriverNotFound, $"The driver '{driver}' is unknown.");

    // Where another site's driver listens, something else may listen here.
    private void RequireOwnGroup(HardwareTypeInfo hardware)
    {
        if (drivers.HardwareTypes.ContainsKey(hardware.Name))
            return;
        // This one may be said to reach it still, when it has just left.
        var others = membership.HostsOf(hardware.Name).Where(host => host != self.Hostname).ToList();
        throw ServedCall.Current is { ForwardedBy: null } && others.Count > 0
            ? new ServedElsewhereException(others)
            : new IronicException(ErrorReason.DriverUnavailable, $"No conductor can reach a driver of {hardware.Name} at the moment. Please try again later.");
    }

    private Turn Enter(string driver)
    {
        var turns = _synchronous.GetOrAdd(driver, _ => new SemaphoreSlim(options.Value.VendorSyncConcurrency));
        return turns.Wait(0)
            ? new Turn(turns)
            : throw new IronicException(
                ErrorReason.NoFreeConductorWorker, $"The driver {driver} runs {options.Value.VendorSyncConcurrency} synchronous vendor methods already. Please try again later.");
    }

    private async Task<VendorResult> CallAsync(NodeTask task, RegisteredDriver driver, VendorCall call, CancellationToken cancellationToken)
    {
        using var turn = Enter(driver.Name);
        try
        {
            // One round trip: the driver validates before it runs the method. A caller that has gone does not stop what has the node to
            // itself: it ends in order, and only then is the node free.
            return await calls.CallVendorAsync(task, driver, call, validated: false, task.IsExclusive ? task.Lost : cancellationToken);
        }
        catch (IronicException) when (task.Lost.IsCancellationRequested)
        {
            task.ThrowIfLost();
            throw;
        }
    }

    private async Task RunAsync(NodeTask task, RegisteredDriver driver, VendorCall call, CancellationToken lost)
    {
        try
        {
            await calls.CallVendorAsync(task, driver, call, validated: true, lost);
        }
        catch (Exception e)
        {
            LogFailed(e, call.Method, task.Node.Uuid);
            await StoreFailureAsync(task, call, WorkErrors.Text(e));
        }
    }

    private async Task StoreFailureAsync(NodeTask task, VendorCall call, string reason)
    {
        var error = $"Async execution of {call.Method} failed with error: {reason}";
        var entry = new JournalEntry("vendor_passthru", error) { Severity = "ERROR" };
        try
        {
            if (!task.IsExclusive)
            {
                await nodes.FillLastErrorAsync(task.Node, error, entry, CancellationToken.None);
                return;
            }

            // Whoever reads the node sees the first thing that went wrong.
            task.Node.LastError ??= error;
            await task.SaveAndReleaseAsync(CancellationToken.None, entry);
        }
        catch (Exception e)
        {
            LogFailed(e, call.Method, task.Node.Uuid);
        }
    }

    private async Task RunAsync(HardwareTypeInfo hardware, VendorCall call)
    {
        try
        {
            await calls.CallVendorAsync(hardware, call, validated: true, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogDriverFailed(e, call.Method, hardware.Name);
        }
    }

    [LoggerMessage(EventId = 1701, EventName = "VendorMethodFailed", Level = LogLevel.Error, Message = "The vendor method {Method} failed on node {Node}")]
    private partial void LogFailed(Exception exception, string method, string node);

    [LoggerMessage(EventId = 1702, EventName = "DriverVendorMethodFailed", Level = LogLevel.Error, Message = "The vendor method {Method} of hardware type {HardwareType} failed")]
    private partial void LogDriverFailed(Exception exception, string method, string hardwareType);

    private sealed class Turn(SemaphoreSlim turns) : IDisposable
    {
        public void Dispose() => turns.Release();
    }
}
