using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>Sends nodes a non-maskable interrupt.</summary>
internal sealed class NodeInterrupt(TaskManager tasks, DriverCalls calls, ManagementCalls management)
{
    private static readonly InterfaceKind Management = InterfaceTypes.Get(InterfaceType.Management);

    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_LOCKED, NO_VALID_HOST, UNSUPPORTED_DRIVER_EXTENSION and what the driver finds.</exception>
    public async Task InjectAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Management, cancellationToken);
        await management.InjectNmiAsync(task, task.Lost);
        await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("inject_nmi"));
    }
}
