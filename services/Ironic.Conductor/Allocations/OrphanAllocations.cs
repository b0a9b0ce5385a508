using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Allocations;

/// <summary>
/// Takes allocations up again for which nobody looks any more: this conductor's own after a restart or when the database was away, and those of
/// conductors that are gone.
/// </summary>
internal sealed partial class OrphanAllocations(
    AllocationStore store,
    ConductorStore conductors,
    Membership membership,
    NodeAllocator allocator,
    ConductorLanes lanes,
    ConductorIdentity self,
    Clock clock,
    ILogger<OrphanAllocations> logger)
{
    // One that was stored a moment ago is just being started.
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(10);

    /// <summary>How many were taken up.</summary>
    public async Task<int> TakeUpAsync(CancellationToken cancellationToken)
    {
        var open = await store.ListAllocatingAsync(cancellationToken);
        if (open.Count == 0)
            return 0;
        var alive = (await conductors.ListAsync(cancellationToken)).Where(membership.IsAlive).Select(c => c.Hostname).ToHashSet(StringComparer.Ordinal);
        var taken = 0;
        foreach (var allocation in open)
        {
            var isOwn = allocation.Conductor == self.Hostname;
            var isOrphan = isOwn
                ? !allocator.IsWorkingOn(allocation) && allocation.CreatedAt < clock.UtcNow - Young
                : !alive.Contains(allocation.Conductor);
            if (!isOrphan || (!isOwn && !await store.TakeOverAsync(allocation, cancellationToken)))
                continue;
            try
            {
                lanes.Allocations.Start(() => allocator.AllocateAsync(allocation));
            }
            catch (IronicException e) when (e.Reason == ErrorReason.NoFreeConductorWorker)
            {
                // The rest has its turn the next time.
                LogPostponed(e);
                break;
            }

            taken++;
            LogTaken(allocation.Uuid, allocation.Conductor);
        }

        return taken;
    }

    [LoggerMessage(EventId = 1761, EventName = "AllocationTaken", Level = LogLevel.Information, Message = "Allocation {Allocation}, left behind by {Conductor}, is looked for again")]
    private partial void LogTaken(string allocation, string conductor);

    [LoggerMessage(EventId = 1762, EventName = "AllocationPostponed", Level = LogLevel.Warning, Message = "Allocations that were left behind have to wait")]
    private partial void LogPostponed(Exception exception);
}
