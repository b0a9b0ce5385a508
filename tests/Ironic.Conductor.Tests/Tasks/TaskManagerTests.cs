using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Tasks;

public sealed class TaskManagerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly ConductorIdentity _self = new("me", "", "http://127.0.0.1:1");
    private readonly InProcessLockManager _locks = new(TimeProvider.System);
    private readonly Lane _lane = new("test", 1, 0, TestMetrics.Create(), NullLogger<Lane>.Instance);
    private TestStorage _storage = null!;
    private DriverRegistry _registry = null!;
    private Membership _membership = null!;
    private TaskManager _tasks = null!;
    private NodeRow _node = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _registry = new DriverRegistry(
            _storage.Drivers,
            new DriverConnector(TimeProvider.System, TestMetrics.Create(), NullLoggerFactory.Instance, NullLogger<DriverConnector>.Instance),
            Options.Create(new DriverOptions()),
            _storage.Clock,
            NullLogger<DriverRegistry>.Instance);
        _membership = new Membership(
            _storage.Conductors, _registry, _self, Options.Create(new ClusterOptions()), _storage.Clock, NullLogger<Membership>.Instance);
        _tasks = new TaskManager(
            _storage.Nodes, _locks, _registry, _membership, _self, _storage.Clock, TestMetrics.Create(), Options.Create(new TaskOptions { LockPatience = TimeSpan.FromMilliseconds(50) }),
            NullLogger<TaskManager>.Instance);
        _node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Name = "n", Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = _storage.Clock.UtcNow };
        await _storage.Nodes.InsertAsync(_node, new JournalEntry("created"), default);
    }

    public async Task DisposeAsync()
    {
        _lane.Dispose();
        _membership.Dispose();
        _registry.Dispose();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task An_exclusive_task_shows_its_owner_and_shuts_others_out_until_it_ends()
    {
        await using (var task = await _tasks.OpenExclusiveAsync("n", default))
        {
            Assert.Equal("me", (await ReadAsync()).Reservation);
            var refused = await Assert.ThrowsAsync<IronicException>(() => _tasks.OpenExclusiveAsync(_node.Uuid, default));
            Assert.Equal(ErrorReason.NodeLocked, refused.Reason);
            Assert.Contains("me", refused.Message, StringComparison.Ordinal);
            await using var shared = await _tasks.OpenSharedAsync(_node.Uuid, default);
            Assert.False(shared.IsExclusive);
        }

        Assert.Null((await ReadAsync()).Reservation);
        await using var next = await _tasks.OpenExclusiveAsync(_node.Uuid.ToUpperInvariant(), default);
        Assert.Equal(2, next.Node.LockEpoch);
    }

    [Fact]
    public async Task A_shared_task_writes_nothing()
    {
        await using var task = await _tasks.OpenSharedAsync("n", default);
        task.Node.Description = "x";
        Assert.Equal(ErrorReason.ExclusiveLockRequired, (await Assert.ThrowsAsync<IronicException>(() => task.SaveAsync(default))).Reason);
    }

    [Fact]
    public async Task A_saved_and_released_task_leaves_the_node_free_and_changed()
    {
        await using var task = await _tasks.OpenExclusiveAsync("n", default);
        task.Node.Description = "x";
        await task.SaveAndReleaseAsync(default, new JournalEntry("updated"));
        Assert.Equal(("x", null), ((await ReadAsync()).Description, (await ReadAsync()).Reservation));
        Assert.Null(await _locks.GetHolderAsync(TaskManager.LockKey(_node.Uuid), default));
    }

    [Fact]
    public async Task What_a_task_wrote_after_it_lost_its_lock_is_refused()
    {
        await using var task = await _tasks.OpenExclusiveAsync("n", default);
        await _storage.Nodes.LockAsync(_node.Id, "other", default);
        task.Node.Description = "late";
        Assert.Equal(ErrorReason.LockLost, (await Assert.ThrowsAsync<IronicException>(() => task.SaveAsync(default))).Reason);
        await task.DisposeAsync();
        Assert.Equal((null, "other"), ((await ReadAsync()).Description, (await ReadAsync()).Reservation));
    }

    [Fact]
    public async Task A_lock_is_held_until_handed_over_work_ends()
    {
        var gate = new TaskCompletionSource();
        await using (var task = await _tasks.OpenExclusiveAsync("n", default))
            task.HandOver(_lane, async (_, _) => await gate.Task);
        Assert.Equal("me", (await ReadAsync()).Reservation);

        // The lane is full now: the caller keeps its own task, and disposing of it releases the other node.
        var other = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = _storage.Clock.UtcNow };
        await _storage.Nodes.InsertAsync(other, new JournalEntry("created"), default);
        await using (var refused = await _tasks.OpenExclusiveAsync(other.Uuid, default))
            Assert.Equal(ErrorReason.NoFreeConductorWorker, Assert.Throws<IronicException>(() => refused.HandOver(_lane, (_, _) => Task.CompletedTask)).Reason);
        Assert.Null((await _storage.Nodes.FindByUuidAsync(other.Uuid, default))!.Reservation);

        gate.SetResult();
        await Eventually.ThatAsync(async () => (await ReadAsync()).Reservation is null, Limit, "the node is free");
    }

    [Fact]
    public async Task Handed_over_work_that_fails_frees_the_node()
    {
        await using (var task = await _tasks.OpenExclusiveAsync("n", default))
            task.HandOver(_lane, (_, _) => throw new InvalidOperationException("on purpose"));
        await Eventually.ThatAsync(async () => (await ReadAsync()).Reservation is null, Limit, "the node is free");
    }

    [Fact]
    public async Task A_node_without_a_live_driver_has_no_host()
    {
        await using var task = await _tasks.OpenSharedAsync("n", default);
        Assert.Equal(ErrorReason.NoValidHost, (await Assert.ThrowsAsync<IronicException>(() => task.LoadDriverAsync(default))).Reason);
        Assert.Equal(ErrorReason.NodeNotFound, (await Assert.ThrowsAsync<IronicException>(() => _tasks.OpenSharedAsync("nosuch", default))).Reason);
    }

    [Fact]
    public async Task The_sweep_clears_what_nobody_holds_and_nothing_else()
    {
        var sweeper = new StaleLockSweeper(_storage.Nodes, _locks, _storage.Clock, TestMetrics.Create(), Options.Create(new TaskOptions()), NullLogger<StaleLockSweeper>.Instance);
        await using (await _tasks.OpenExclusiveAsync("n", default))
            Assert.Equal(0, await sweeper.SweepAsync(default));
        var dead = (await _storage.Nodes.LockAsync(_node.Id, "dead", default))!;
        Assert.Equal(1, await sweeper.SweepAsync(default));
        Assert.Equal(0, await sweeper.SweepAsync(default));
        var read = await ReadAsync();
        Assert.Null(read.Reservation);
        Assert.True(read.LockEpoch > dead.LockEpoch);
    }

    private async Task<NodeRow> ReadAsync() => (await _storage.Nodes.FindByUuidAsync(_node.Uuid, default))!;
}
