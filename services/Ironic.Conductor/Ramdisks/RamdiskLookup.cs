using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Ramdisks;

/// <summary>Tells an agent on which node it runs, and gives it its token.</summary>
internal sealed partial class RamdiskLookup(
    TaskManager tasks, RamdiskNodes nodes, NodeMapper mapper, IOptions<RamdiskOptions> options, ILogger<RamdiskLookup> logger)
{
    private const int TokenSince = 62;

    /// <exception cref="IronicException">FORBIDDEN, INVALID_PARAMETER_VALUE, INVALID_UUID, NOT_FOUND, NO_VALID_HOST_FOR_NODE, NODE_LOCKED.</exception>
    public async Task<LookupNodeResponse> LookUpAsync(LookupNodeRequest request, Microversion version, CancellationToken cancellationToken)
    {
        RequireEnabled();
        string[] addresses = [.. request.Addresses.Select(MacAddress.TryParse).OfType<string>()];
        if (addresses.Length == 0 && !request.HasNodeUuid)
            throw new IronicException(ErrorReason.InvalidParameterValue, "At least one of 'addresses' and 'node_uuid' parameters is required");
        var node = request.HasNodeUuid
            ? NodeIdent.ParseUuid(request.NodeUuid, "node_uuid")
            : await nodes.FindByAddressesAsync(addresses, cancellationToken) is { Count: 1 } found ? found.First() : null;
        await using var task = node is null ? null : await TryOpenAsync(node, cancellationToken);
        if (task is null)
        {
            LogNotFound();
            throw NotFound();
        }

        if (!RamdiskStates.AllowLookup(task.Node, options.Value))
        {
            LogWrongState(task.Node.Uuid, task.Node.ProvisionState);
            throw NotFound();
        }

        // Agents that know no token cannot use it, so it is kept for one that does.
        string? token = null;
        if (version.Minor >= TokenSince)
        {
            await task.LoadDriverAsync(cancellationToken, ErrorReason.NoValidHostForNode);
            token = await HandOutTokenAsync(task, cancellationToken);
        }

        return new LookupNodeResponse { Node = ToApi(task.Node), Config = RamdiskConfigs.Create(task.Node, token, options.Value) };
    }

    /// <summary>The token for an agent that asks the first time, ****** for every other.</summary>
    /// <exception cref="IronicException">NODE_LOCKED.</exception>
    public async Task<string> HandOutTokenAsync(NodeTask task, CancellationToken cancellationToken)
    {
        if (!AgentRecord.Read(task.Node).HasToken)
        {
            // Not waited for: agents ask again, and shall not queue up here.
            await task.UpgradeAsync(cancellationToken, TimeSpan.Zero);
            var record = AgentRecord.Read(task.Node);
            if (!record.HasToken)
            {
                var token = record.CreateToken();
                record.Write(task.Node);
                await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("agent_token"));
                return token;
            }
        }

        LogTokenPresent(task.Node.Uuid);
        return SecretMask.Text;
    }

    /// <summary>A node as its agent sees it.</summary>
    public RamdiskNode ToApi(NodeRow row)
    {
        var node = mapper.ToApi(row);
        return new RamdiskNode { Uuid = node.Uuid, Properties = node.Properties, InstanceInfo = node.InstanceInfo, DriverInternalInfo = node.DriverInternalInfo };
    }

    /// <summary>A shared task; null when there is no such node.</summary>
    public async Task<NodeTask?> TryOpenAsync(string uuid, CancellationToken cancellationToken)
    {
        try
        {
            return await tasks.OpenSharedAsync(uuid, cancellationToken);
        }
        catch (IronicException e) when (e.Reason == ErrorReason.NodeNotFound)
        {
            return null;
        }
    }

    /// <exception cref="IronicException">FORBIDDEN: agents are not listened to.</exception>
    public void RequireEnabled()
    {
        if (!options.Value.Enabled)
            throw new IronicException(ErrorReason.Forbidden, "The endpoints for ramdisks are switched off.");
    }

    /// <summary>The same answer whatever is the reason.</summary>
    public static IronicException NotFound() => new(ErrorReason.NotFound, "Resource could not be found.");

    [LoggerMessage(EventId = 1900, EventName = "LookupFoundNothing", Level = LogLevel.Warning, Message = "An agent looked for its node, and not one node fits")]
    private partial void LogNotFound();

    [LoggerMessage(EventId = 1901, EventName = "LookupInWrongState", Level = LogLevel.Warning, Message = "An agent looked for node {Node}, which is in state {State} and has no ramdisk")]
    private partial void LogWrongState(string node, string state);

    [LoggerMessage(
        EventId = 1902,
        EventName = "AgentTokenRefused",
        Level = LogLevel.Warning,
        Message = "An agent on node {Node} asked for a token, which was handed out before. If it has none, the machine must be switched off and on")]
    private partial void LogTokenPresent(string node);
}
