using Ironic.Conductor.Allocations;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Allocations;

/// <summary>What of a conductor makes and ends allocations.</summary>
internal sealed class TestAllocations : IDisposable
{
    private readonly ConductorLanes _lanes = new(Options.Create(new LaneOptions()), TestMetrics.Create(), NullLogger<Lane>.Instance);
    private readonly CountingTime _time = new();

    public TestAllocations(TestConductor conductor, TestStorage storage)
    {
        var options = Options.Create(new AllocationOptions { AttemptInterval = TimeSpan.FromSeconds(1) });
        Catalog = new AllocationCatalog(storage.Allocations, conductor.Tasks, Options.Create(new ListOptions()));
        var allocator = new NodeAllocator(
            storage.Allocations, storage.Candidates, conductor.Tasks, storage.Database, options, new Clock(_time), NullLogger<NodeAllocator>.Instance);
        Creation = new AllocationCreation(
            storage.Allocations, storage.Nodes, Catalog, allocator, new AllocationBackfill(storage.Allocations, conductor.Tasks), _lanes, conductor.Identity, storage.Clock);
        Removal = new AllocationRemoval(storage.Allocations, Catalog, conductor.Tasks);
        Orphans = new OrphanAllocations(
            storage.Allocations, storage.Conductors, conductor.Membership, allocator, _lanes, conductor.Identity, storage.Clock, NullLogger<OrphanAllocations>.Instance);
    }

    public AllocationCatalog Catalog { get; }

    public AllocationCreation Creation { get; }

    public AllocationRemoval Removal { get; }

    public OrphanAllocations Orphans { get; }

    /// <summary>How often a search has begun to wait for its next attempt.</summary>
    public int Waits => _time.Timers;

    public void Dispose() => _lanes.Dispose();

    private sealed class CountingTime : TimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Interlocked.Increment(ref _timers);
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
