using Ironic.Api.V1;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Tasks;

public sealed class SqliteTaskManagerTests : TaskManagerTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override ILockManager CreateLocks() => new InProcessLockManager(TimeProvider.System);
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresTaskManagerTests(PostgresFixture postgres, RedisFixture redis) : TaskManagerTests, IClassFixture<RedisFixture>
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    private protected override ILockManager CreateLocks() =>
        new RedisLockManager(new LockOptions { RedisConfiguration = redis.Server.Endpoint }, TimeProvider.System, NullLogger.Instance);
}

public abstract class TaskManagerTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly Lane _lane = new("test", 1, 0, TestMetrics.Create(), NullLogger<Lane>.Instance);
    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private NodeRow _node = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    private protected abstract ILockManager CreateLocks();

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _conductor = new TestConductor("me", _storage, CreateLocks());
        _node = await _conductor.InsertNodeAsync(n => n.Name = "n");
    }

    public async Task DisposeAsync()
    {
        _lane.Dispose();
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task An_exclusive_task_shows_its_owner_and_shuts_others_out_until_it_ends()
    {
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync("n", default))
        {
            Assert.Equal("me", (await ReadAsync()).Reservation);
            var refused = await Assert.ThrowsAsync<IronicException>(() => _conductor.Tasks.OpenExclusiveAsync(_node.Uuid, default));
            Assert.Equal(ErrorReason.NodeLocked, refused.Reason);
            Assert.Contains("me", refused.Message, StringComparison.Ordinal);
            await using var shared = await _conductor.Tasks.OpenSharedAsync(_node.Uuid, default);
            Assert.False(shared.IsExclusive);
        }

        Assert.Null((await ReadAsync()).Reservation);
        await using var next = await _conductor.Tasks.OpenExclusiveAsync(_node.Uuid.ToUpperInvariant(), default);
        Assert.Equal(2, next.Node.LockEpoch);
    }

    [Fact]
    public async Task A_waiter_gets_the_node_when_it_is_released_and_not_a_second_later()
    {
        var held = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        var waiting = _conductor.Tasks.OpenExclusiveAsync("n", default, patience: Timeout.InfiniteTimeSpan);
        await held.DisposeAsync();
        await using var task = await waiting.WaitAsync(Limit);
        Assert.Equal(2, task.Node.LockEpoch);
    }

    [Fact]
    public async Task A_node_that_shows_another_owner_is_locked_whatever_the_lock_service_says()
    {
        // As after a lock service lost its data: the holder is alive, and works.
        await _storage.Nodes.LockAsync(_node.Id, "other", default);
        var refused = await Assert.ThrowsAsync<IronicException>(() => _conductor.Tasks.OpenExclusiveAsync("n", default));
        Assert.Equal(ErrorReason.NodeLocked, refused.Reason);
        Assert.Contains("other", refused.Message, StringComparison.Ordinal);
        Assert.Null(await _conductor.HolderAsync(_node));
        Assert.Equal(("other", 1), ((await ReadAsync()).Reservation, (await ReadAsync()).LockEpoch));
    }

    [Fact]
    public async Task Who_waited_for_a_node_that_was_deleted_hears_that_it_is_gone()
    {
        var deleting = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        var waiting = _conductor.Tasks.OpenExclusiveAsync(_node.Uuid, default, patience: Timeout.InfiniteTimeSpan);
        await deleting.DeleteAsync(new JournalEntry("deleted"), default);
        await deleting.DisposeAsync();
        Assert.Equal(ErrorReason.NodeNotFound, (await Assert.ThrowsAsync<IronicException>(() => waiting.WaitAsync(Limit))).Reason);
        Assert.Null(await _conductor.HolderAsync(_node));
    }

    [Fact]
    public async Task A_node_that_is_locked_is_not_deleted()
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        var refused = await Assert.ThrowsAsync<IronicException>(() => ActivatorUtilities.CreateInstance<NodeRemoval>(_conductor.Services).DeleteAsync("n", default));
        Assert.Equal(ErrorReason.NodeLocked, refused.Reason);
        task.Node.Description = "still there";
        await task.SaveAndReleaseAsync(default);
        Assert.Equal("still there", (await ReadAsync()).Description);
    }

    [Fact]
    public async Task A_caller_who_gives_up_waiting_leaves_nothing_behind()
    {
        using var caller = new CancellationTokenSource();
        var held = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        var waiting = _conductor.Tasks.OpenExclusiveAsync("n", caller.Token, patience: Timeout.InfiniteTimeSpan);
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        await held.DisposeAsync();
        Assert.Null((await ReadAsync()).Reservation);
        Assert.Null(await _conductor.HolderAsync(_node));
        await using var next = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        Assert.Equal(2, next.Node.LockEpoch);
    }

    [Fact]
    public async Task A_shared_task_writes_nothing()
    {
        await using var task = await _conductor.Tasks.OpenSharedAsync("n", default);
        task.Node.Description = "x";
        Assert.Equal(ErrorReason.ExclusiveLockRequired, (await Assert.ThrowsAsync<IronicException>(() => task.SaveAsync(default))).Reason);
    }

    [Fact]
    public async Task A_saved_and_released_task_leaves_the_node_free_and_changed()
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        task.Node.Description = "x";
        await task.SaveAndReleaseAsync(default, new JournalEntry("updated"));
        Assert.Equal(("x", null), ((await ReadAsync()).Description, (await ReadAsync()).Reservation));
        Assert.Null(await _conductor.HolderAsync(_node));
    }

    [Fact]
    public async Task What_a_task_wrote_after_it_lost_its_lock_is_refused()
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        var reserved = Assert.Single(await _storage.Nodes.ListReservedAsync(default));
        Assert.NotNull(await _storage.Nodes.TakeOverAsync(reserved, "other", default));
        task.Node.Description = "late";
        Assert.Equal(ErrorReason.LockLost, (await Assert.ThrowsAsync<IronicException>(() => task.SaveAsync(default))).Reason);
        await task.DisposeAsync();
        Assert.Equal((null, "other"), ((await ReadAsync()).Description, (await ReadAsync()).Reservation));
        Assert.Equal(["created"], await _conductor.EventsAsync(_node));
    }

    [Fact]
    public async Task A_lock_is_held_until_handed_over_work_ends()
    {
        var gate = new TaskCompletionSource();
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync("n", default))
            task.HandOver(_lane, async (_, _) => await gate.Task);
        Assert.Equal("me", (await ReadAsync()).Reservation);

        // The lane is full now: the caller keeps its own task, and disposing of it releases the other node.
        var other = await _conductor.InsertNodeAsync();
        await using (var refused = await _conductor.Tasks.OpenExclusiveAsync(other.Uuid, default))
            Assert.Equal(ErrorReason.NoFreeConductorWorker, Assert.Throws<IronicException>(() => refused.HandOver(_lane, (_, _) => Task.CompletedTask)).Reason);
        Assert.Null((await _conductor.ReadAsync(other)).Reservation);

        gate.SetResult();
        await Eventually.ThatAsync(async () => (await ReadAsync()).Reservation is null, Limit, "the node is free");
    }

    [Fact]
    public async Task Handed_over_work_that_fails_frees_the_node()
    {
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync("n", default))
            task.HandOver(_lane, (_, _) => throw new InvalidOperationException("on purpose"));
        await Eventually.ThatAsync(async () => (await ReadAsync()).Reservation is null, Limit, "the node is free");
    }

    [Fact]
    public async Task A_node_without_a_live_driver_has_no_host()
    {
        await using var task = await _conductor.Tasks.OpenSharedAsync("n", default);
        Assert.Equal(ErrorReason.NoValidHost, (await Assert.ThrowsAsync<IronicException>(() => task.LoadDriverAsync(default))).Reason);
        Assert.Equal(ErrorReason.NodeNotFound, (await Assert.ThrowsAsync<IronicException>(() => _conductor.Tasks.OpenSharedAsync("nosuch", default))).Reason);
    }

    [Fact]
    public async Task What_was_found_of_a_driver_is_not_used_with_a_node_that_has_another_one_by_now()
    {
        await _conductor.ServeAsync(_node.Driver);
        await using (var task = await _conductor.Tasks.OpenSharedAsync("n", default))
        {
            await task.LoadDriverAsync(default);
            await using (var other = await _conductor.Tasks.OpenExclusiveAsync("n", default))
            {
                other.Node.ConductorGroup = "edge";
                await other.SaveAndReleaseAsync(default);
            }

            Assert.Equal(ErrorReason.NodeLocked, (await Assert.ThrowsAsync<IronicException>(() => task.UpgradeAsync(default))).Reason);
        }

        Assert.Null((await ReadAsync()).Reservation);
        await using var next = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        Assert.Equal("edge", next.Node.ConductorGroup);
    }

    private Task<NodeRow> ReadAsync() => _conductor.ReadAsync(_node);
}
