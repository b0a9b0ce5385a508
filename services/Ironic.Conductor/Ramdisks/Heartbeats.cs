using Ironic.Api.V1;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Ramdisks;

/// <summary>Takes notice of agents that run.</summary>
internal sealed partial class Heartbeats(
    TaskManager tasks, RamdiskLookup lookup, StepContinuation steps, ConductorLanes lanes, Clock clock, IOptions<RamdiskOptions> options, ILogger<Heartbeats> logger)
{
    private static readonly string[] Statuses = ["start", "end", "error"];

    /// <summary>Checks a heartbeat; it is stored after the answer.</summary>
    /// <exception cref="IronicException">FORBIDDEN, NODE_NOT_FOUND, INVALID_PARAMETER_VALUE, NO_VALID_HOST_FOR_NODE, NODE_LOCKED, NO_FREE_CONDUCTOR_WORKER.</exception>
    public async Task TakeAsync(HeartbeatRequest request, CancellationToken cancellationToken)
    {
        lookup.RequireEnabled();
        await using var task = await tasks.OpenSharedAsync(request.Node, cancellationToken);
        var record = AgentRecord.Read(task.Node);
        if (request.CallbackUrl.Length > 0 && !IsHttp(request.CallbackUrl))
            throw Invalid("An issue with the supplied \"callback_url\" has been detected.");
        if (record.Url is { } known && known != request.CallbackUrl)
        {
            LogAddressChanged(task.Node.Uuid);
            throw Invalid("Detected change in ramdisk provided \"callback_url\"");
        }

        if (!request.HasAgentToken)
            throw Invalid("Agent token is required for heartbeat processing.");
        if (request.HasAgentStatus && !Statuses.Contains(request.AgentStatus))
            throw Invalid($"Agent status is invalid. Valid states are {string.Join(',', Statuses)}.");
        await task.LoadDriverAsync(cancellationToken, ErrorReason.NoValidHostForNode);
        if (!request.HasAgentVersion && !request.HasAgentStatus)
            throw Invalid("Agent did not transmit a version, and a version is required. Please update the agent being used.");
        if (!record.IsToken(request.AgentToken))
        {
            LogWrongToken(task.Node.Uuid);
            throw Invalid("Invalid or missing agent token received.");
        }

        if (options.Value.RequireTls && request.CallbackUrl.Length > 0 && !request.CallbackUrl.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            throw Invalid("TLS is required by configuration");
        if (request.HasAgentVerifyCa && record.VerifyCa is { } certificate && certificate.Trim() != request.AgentVerifyCa.Trim())
            throw Invalid("Detected change in ramdisk provided \"agent_verify_ca\"");
        // An agent that is not known yet shall try again soon, and not only after an interval.
        if (string.IsNullOrEmpty(record.Url) && task.Node.Reservation is { } holder)
            throw new IronicException(ErrorReason.NodeLocked, $"Node {task.Node.Uuid} is locked by host {holder}, please retry after the current operation is completed.");
        task.HandOver(lanes.Heartbeats, (held, _) => StoreAsync(held, request));
    }

    private async Task StoreAsync(NodeTask task, HeartbeatRequest request)
    {
        if (!RamdiskStates.AllowHeartbeat(task.Node, options.Value))
        {
            LogWrongState(task.Node.Uuid, task.Node.ProvisionState);
            return;
        }

        try
        {
            await task.UpgradeAsync(CancellationToken.None, TimeSpan.Zero);
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound)
        {
            LogSkipped(task.Node.Uuid, e.Message);
            return;
        }

        // The node was read anew: the machine may have been switched off meanwhile, or have left the state.
        var record = AgentRecord.Read(task.Node);
        if (!record.IsToken(request.AgentToken) || !RamdiskStates.AllowHeartbeat(task.Node, options.Value))
        {
            LogWrongState(task.Node.Uuid, task.Node.ProvisionState);
            return;
        }

        var isFirst = record.Url is null;
        record.Url = request.CallbackUrl;
        record.Version = request.HasAgentVersion ? request.AgentVersion : null;
        record.LastHeartbeat = clock.UtcNow;
        if (request.HasAgentVerifyCa && request.AgentVerifyCa.Length > 0)
            record.VerifyCa = request.AgentVerifyCa;
        if (request.HasAgentStatus)
            record.Status = request.AgentStatus;
        if (request.HasAgentStatusMessage && request.AgentStatusMessage.Length > 0)
            record.StatusMessage = request.AgentStatusMessage;
        record.Write(task.Node);
        if (RamdiskStates.IsWaiting(task.Node))
            task.Node.ProvisionUpdatedAt = clock.UtcNow;
        JournalEntry[] entries = isFirst ? [new JournalEntry("agent", $"The agent runs at {request.CallbackUrl}.")] : [];
        try
        {
            await task.SaveAsync(CancellationToken.None, entries);
            if (!steps.TryContinue(task))
                await task.SaveAndReleaseAsync(CancellationToken.None);
        }
        catch (IronicException e)
        {
            LogSkipped(task.Node.Uuid, e.Message);
        }
    }

    private static bool IsHttp(string url) => Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme.Contains("http", StringComparison.OrdinalIgnoreCase);

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);

    [LoggerMessage(EventId = 1910, EventName = "AgentAddressChanged", Level = LogLevel.Warning, Message = "A heartbeat from node {Node} names another address than the agent's, and is refused")]
    private partial void LogAddressChanged(string node);

    [LoggerMessage(EventId = 1911, EventName = "AgentTokenWrong", Level = LogLevel.Warning, Message = "A heartbeat from node {Node} has not the agent's token, and is refused")]
    private partial void LogWrongToken(string node);

    [LoggerMessage(EventId = 1912, EventName = "HeartbeatInWrongState", Level = LogLevel.Warning, Message = "A heartbeat from node {Node} in state {State}, where no agent runs, is passed over")]
    private partial void LogWrongState(string node, string state);

    [LoggerMessage(EventId = 1913, EventName = "HeartbeatSkipped", Level = LogLevel.Information, Message = "A heartbeat from node {Node} is passed over, the next one will do: {Reason}")]
    private partial void LogSkipped(string node, string reason);
}
