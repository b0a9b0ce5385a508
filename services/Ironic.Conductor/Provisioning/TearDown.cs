using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary><c>deleted</c> and <c>undeploy</c>: takes the instance off a node; the node is cleaned then.</summary>
internal sealed class TearDown(
    DriverCalls calls, FlowCalls flows, OwnDeployInterfaces own, ConsoleCalls console, CleaningFlow cleaning, ConcurrencyLimits limits, VerbQueue queue, ProvisionWork work, Transitions transitions)
{
    /// <summary>Whether the node's lessee goes with the instance: the name of the member of driver_internal_info that says so.</summary>
    public const string AutomaticLessee = "automatic_lessee";

    private const string EventType = "unprovision";

    private static readonly string[] OfInstance = ["instance", "root_uuid_or_disk_id", InstanceImages.IsWholeDisk, "is_source_a_path", "deploy_boot_mode"];

    private static readonly string[] RescueStates = [ProvisionStates.Rescue, "rescue wait", "rescue failed", "unrescue failed"];

    /// <exception cref="IronicException">CONCURRENT_ACTION_LIMIT, NODE_PROTECTED, RUNBOOK_NOT_FOUND, INVALID_PARAMETER_VALUE, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public async Task StartAsync(NodeTask task, SetNodeProvisionStateRequest request, CancellationToken cancellationToken)
    {
        var mustWait = await limits.MustWaitAsync(LimitedWork.Cleaning, cancellationToken);
        if (task.Node.Protected)
            throw ProvisionChecks.IsProtected(task.Node);
        await task.LoadDriverAsync(cancellationToken);
        own.Require(task);
        try
        {
            await calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Power), cancellationToken);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.InvalidParameterValue or ErrorReason.MissingParameterValue)
        {
            throw new IronicException(ErrorReason.DriverFailure, $"Failed to validate power driver interface. Can not delete instance. Error: {e.Message}");
        }

        var automated = await cleaning.FindAutomatedAsync(task, cancellationToken);
        var from = task.Node.ProvisionState;
        if (mustWait)
            await queue.PutAsync(task, "delete", LimitedWork.Cleaning, request, cancellationToken);
        else
            await work.StartAsync(task, "delete", (held, lost) => RunAsync(held, from, automated, lost), cancellationToken);
    }

    /// <summary>Begins a tear-down that has waited for its turn.</summary>
    /// <param name="task">An exclusive task with its driver.</param>
    /// <param name="from">The node's state before the verb.</param>
    public async Task GoOnAsync(NodeTask task, string from, CancellationToken lost)
    {
        GivenStepList? automated;
        try
        {
            automated = await cleaning.FindAutomatedAsync(task, lost);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            // The runbook has changed since the verb, or is gone; or a driver is.
            await work.FailAsync(task, EventType, $"Failed to tear down: {e.Message}");
            return;
        }

        await RunAsync(task, from, automated, lost);
    }

    /// <summary>Takes the instance out of a node; the caller stores it, and removes the instance's allocation with it.</summary>
    public static void RemoveInstance(NodeRow node)
    {
        (node.InstanceInfo, node.InstanceUuid, node.InstanceName, node.AllocationUuid) = (null, null, null, null);
        FlowRecord.End(node, StepFlowKind.Deployment);
        var members = JsonNode.Parse(node.DriverInternalInfo ?? "{}")!.AsObject();
        foreach (var member in OfInstance)
            members.Remove(member);
        if ((bool?)members[AutomaticLessee] is true)
            node.Lessee = null;
        members.Remove(AutomaticLessee);
        node.DriverInternalInfo = members.ToJsonString(JsonTexts.Verbatim);
    }

    private async Task RunAsync(NodeTask task, string from, GivenStepList? automated, CancellationToken lost)
    {
        string? error = null;
        try
        {
            if (RescueStates.Contains(from) && FlowCalls.IsServed(task, InterfaceType.Rescue))
                await flows.RunRescuePhaseAsync(task, RescuePhase.CleanUp, lost);
            if (task.Node.ConsoleEnabled)
                await console.StopAsync(task, lost);
            await flows.RunDeployPhaseAsync(task, DeployPhase.CleanUp, lost);
            await flows.RunDeployPhaseAsync(task, DeployPhase.TearDown, lost);
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            error = $"Failed to tear down: {e.Message}";
        }

        // Whatever became of the machine, nobody has an instance there any more.
        RemoveInstance(task.Node);
        List<JournalEntry> entries = [transitions.Move(task.Node, error is null ? "clean" : "fail")];
        if (error is null)
        {
            await task.SaveAsync(write => AllocationStore.DeleteOfNodeAsync(write, task.Node.Id), CancellationToken.None, [.. entries]);
            await cleaning.CleanAutomatedAsync(task, automated, lost);
            return;
        }

        task.Node.LastError = error;
        entries.Add(new JournalEntry(EventType, error) { Severity = "ERROR" });
        await task.SaveAndReleaseAsync(write => AllocationStore.DeleteOfNodeAsync(write, task.Node.Id), CancellationToken.None, [.. entries]);
    }
}
