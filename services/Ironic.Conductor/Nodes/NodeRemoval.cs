using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Deletes nodes.</summary>
internal sealed partial class NodeRemoval(TaskManager tasks, ConsoleCalls console, ILogger<NodeRemoval> logger)
{
    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_LOCKED, NODE_PROTECTED, NODE_ASSOCIATED, INVALID_STATE.</exception>
    public async Task DeleteAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        var node = task.Node;
        if (node.Protected)
            throw new IronicException(ErrorReason.NodeProtected, $"Node {node.Uuid} is protected and can not be undeployed, rebuilt or deleted.");
        if (!node.Maintenance)
        {
            if (node.InstanceUuid is not null)
                throw new IronicException(ErrorReason.NodeAssociated, $"Node {node.Uuid} is associated with instance {node.InstanceUuid}.");
            if (node.ProvisionState is not (ProvisionStates.Manageable or ProvisionStates.Enroll or ProvisionStates.AdoptFailed or ProvisionStates.Available))
                throw new IronicException(ErrorReason.InvalidState, $"Can not delete node \"{node.Uuid}\" while it is in provision state \"{node.ProvisionState}\".");
        }

        if (node.ConsoleEnabled)
            await StopConsoleAsync(task, cancellationToken);
        await task.DeleteAsync(new JournalEntry("deleted") { FromState = node.ProvisionState }, cancellationToken);
    }

    // A node whose driver, or whose management controller, is gone must be possible to delete.
    private async Task StopConsoleAsync(NodeTask task, CancellationToken cancellationToken)
    {
        try
        {
            await task.LoadDriverAsync(cancellationToken);
            await console.StopAsync(task, cancellationToken);
        }
        catch (IronicException e)
        {
            LogConsoleNotStopped(task.Node.Uuid, e.Message);
        }
    }

    [LoggerMessage(EventId = 1680, EventName = "ConsoleNotStopped", Level = LogLevel.Warning, Message = "Node {Node} is deleted, but its console could not be stopped: {Reason}")]
    private partial void LogConsoleNotStopped(string node, string reason);
}
