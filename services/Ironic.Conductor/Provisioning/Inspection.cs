using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>inspect</c>: finds out what a machine is made of, and stores it.</summary>
internal sealed class Inspection(
    DriverCalls calls, FlowCalls flows, NodeInventoryStore inventories, PortStore ports, ProvisionWork work, Transitions transitions, Clock clock)
{
    private const string EventType = "introspection";

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public async Task StartAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
        await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Inspect), cancellationToken);
        ProvisionChecks.Require(task, InterfaceType.Inspect);
        task.Node.InspectionStartedAt = clock.UtcNow;
        await work.StartAsync(task, "inspect", RunAsync, cancellationToken);
    }

    /// <summary><c>abort</c> while a ramdisk inspects the machine.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public async Task AbortAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken);
        await flows.AbortInspectionAsync(task, cancellationToken);
        AgentRecord.Forget(task.Node);
        task.Node.LastError = "Inspection was aborted by request.";
        await task.SaveAndReleaseAsync(
            CancellationToken.None, transitions.Move(task.Node, "abort"), new JournalEntry(EventType, task.Node.LastError) { Severity = "ERROR" });
    }

    /// <summary>Ends an inspection whose ramdisk does not call. Ends with a save that releases the task.</summary>
    /// <param name="error">Why it ends.</param>
    public async Task FailAsync(NodeTask task, string error, CancellationToken lost)
    {
        try
        {
            await flows.AbortInspectionAsync(task, lost);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            // An interface that cannot stop an inspection has nothing to tidy up.
            if (e.Reason != ErrorReason.UnsupportedDriverExtension)
                error = $"{error} Also failed to abort the inspection: {e.Message}";
        }

        AgentRecord.Forget(task.Node);
        await work.FailAsync(task, EventType, error);
    }

    private async Task RunAsync(NodeTask task, CancellationToken lost)
    {
        AgentRecord.Forget(task.Node);
        InspectHardwareResponse found;
        try
        {
            found = await flows.InspectAsync(task, lost);
            if (found.Outcome == WorkOutcome.Wait)
            {
                await task.SaveAndReleaseAsync(CancellationToken.None, transitions.Move(task.Node, "wait"));
                return;
            }

            if (found.Result?.Properties is { } properties)
                task.Node.Properties = JsonTexts.With(task.Node.Properties, DriverCalls.ReadChanges(properties, Inspector(task)));
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            await work.FailAsync(task, EventType, e.Message);
            return;
        }

        (task.Node.InspectionStartedAt, task.Node.InspectionFinishedAt) = (null, clock.UtcNow);
        await task.SaveAndReleaseAsync(write => StoreAsync(write, task, found.Result), CancellationToken.None, transitions.Move(task.Node, "done"));
    }

    private async Task StoreAsync(WriteTransaction write, NodeTask task, InspectionResult? result)
    {
        if (result is null)
            return;
        if (result.Inventory is { } inventory)
        {
            var plugins = result.PluginData is { } data ? DriverCalls.ReadChanges(data, Inspector(task)) : new JsonObject();
            await inventories.PutAsync(
                write,
                task.Node.Id,
                new NodeInventory(DriverCalls.ReadChanges(inventory, Inspector(task)).ToJsonString(JsonTexts.Verbatim), plugins.ToJsonString(JsonTexts.Verbatim)));
        }

        foreach (var found in result.Ports)
        {
            var address = MacAddress.TryParse(found.Address)
                ?? throw new IronicException(ErrorReason.DriverFailure, $"The driver {Inspector(task)} found a port whose address is none: {found.Address}");
            await ports.InsertMissingAsync(
                write,
                new PortRow { Uuid = Guid.NewGuid().ToString(), CreatedAt = clock.UtcNow, NodeId = task.Node.Id, NodeUuid = task.Node.Uuid, Address = address, PxeEnabled = found.PxeEnabled },
                task.Node);
        }
    }

    // The name of the driver that has inspected the machine.
    private static string Inspector(NodeTask task) => DriverCalls.Served(task, InterfaceType.Inspect).Driver.Name;
}
