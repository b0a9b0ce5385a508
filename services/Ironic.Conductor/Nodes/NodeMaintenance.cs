using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;

namespace Ironic.Conductor.Nodes;

/// <summary>Takes nodes out of service and back.</summary>
internal sealed class NodeMaintenance(TaskManager tasks)
{
    public async Task SetAsync(string ident, string? reason, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        task.Node.Maintenance = true;
        task.Node.MaintenanceReason = reason;
        await task.TouchAndReleaseAsync(cancellationToken, new JournalEntry("maintenance", reason) { ToState = "on" });
    }

    public async Task ClearAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        task.Node.Maintenance = false;
        task.Node.MaintenanceReason = null;
        task.Node.Fault = null;
        await task.TouchAndReleaseAsync(cancellationToken, new JournalEntry("maintenance") { ToState = "off" });
    }
}
