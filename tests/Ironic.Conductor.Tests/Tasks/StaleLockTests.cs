using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Tasks;

public sealed class SqliteStaleLockTests : StaleLockTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override ILockManager CreateLocks() => new InProcessLockManager(TimeProvider.System);

    [Fact]
    public async Task What_a_former_run_left_locked_is_free_before_the_first_request()
    {
        await Storage.Nodes.LockAsync(Node.Id, "me", default);
        using var work = new PeriodicWork(
            "stale-locks", TimeSpan.FromDays(1), FirstRun.BeforeRequests, Me.Sweeper.SweepAsync, Me.Identity, Storage.Clock, TestMetrics.Create(), NullLogger<PeriodicWork>.Instance);
        await work.StartAsync(default);
        Assert.Null((await Me.ReadAsync(Node)).Reservation);
        await work.StopAsync(default);
    }
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresStaleLockTests(PostgresFixture postgres) : StaleLockTests
{
    private RedisServer? _redis;

    private protected override async Task<TestStorage> OpenAsync()
    {
        _redis = await RedisServer.StartAsync();
        return await TestStorage.PostgresAsync(postgres.Server);
    }

    private protected override ILockManager CreateLocks() => CreateLocks(TimeSpan.FromSeconds(3));

    private RedisLockManager CreateLocks(TimeSpan ttl) =>
        new(new LockOptions { RedisConfiguration = _redis!.Endpoint, Ttl = ttl }, TimeProvider.System, NullLogger.Instance);

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _redis!.DisposeAsync();
    }

    [Fact]
    public async Task One_look_is_not_enough_where_locks_can_be_forgotten()
    {
        await Storage.Nodes.LockAsync(Node.Id, "dead", default);
        Assert.Equal(0, await Me.Sweeper.SweepAsync(default));
        Assert.Equal("dead", (await Me.ReadAsync(Node)).Reservation);
        await SweepUntilClearedAsync();
    }

    [Fact]
    public async Task A_lock_service_that_lost_its_data_costs_no_holder_its_node()
    {
        await using var patient = new TestConductor("patient", Storage, CreateLocks(Limit / 2));
        await using var other = new TestConductor("other", Storage, CreateLocks(Limit / 2));
        await using var task = await patient.Tasks.OpenExclusiveAsync(Node.Uuid, default);
        var lease = task.Lost;
        await _redis!.RestartAsync();

        // Nobody gets in, whether the lock is back already or not; a lock service that is not back yet says so.
        await Eventually.ThatAsync(
            async () =>
            {
                await other.Sweeper.SweepAsync(default);
                var refused = await Assert.ThrowsAsync<IronicException>(() => other.Tasks.OpenExclusiveAsync(Node.Uuid, default));
                Assert.True(refused.Reason is ErrorReason.NodeLocked or ErrorReason.BackendUnavailable, refused.Message);
                return await HolderIsAsync(other, "patient");
            },
            Limit,
            "the lock is back");
        Assert.False(lease.IsCancellationRequested);
        task.Node.Description = "done";
        await task.SaveAndReleaseAsync(default);
        Assert.Equal("done", (await Me.ReadAsync(Node)).Description);
        await using var next = await other.Tasks.OpenExclusiveAsync(Node.Uuid, default);
    }

    [Fact]
    public async Task A_holder_whose_node_was_taken_over_meanwhile_does_not_put_its_lock_back()
    {
        await using var patient = new TestConductor("patient", Storage, CreateLocks(Limit / 2));
        await using var task = await patient.Tasks.OpenExclusiveAsync(Node.Uuid, default);
        var lost = new TaskCompletionSource();
        using var registration = task.Lost.Register(lost.SetResult);
        await Storage.Nodes.TakeOverAsync(new ReservedNode(Node.Id, Node.Uuid, "patient", task.Node.LockEpoch, ""), "other", default);
        await _redis!.RestartAsync();
        await lost.Task.WaitAsync(Limit);
        Assert.Equal(ErrorReason.LockLost, Assert.Throws<IronicException>(task.ThrowIfLost).Reason);
        await Eventually.ThatAsync(async () => await HolderIsAsync(Me, null), Limit, "the lock is given back");
    }

    private async Task<bool> HolderIsAsync(TestConductor conductor, string? holder)
    {
        try
        {
            return await conductor.HolderAsync(Node) == holder;
        }
        catch (LockUnavailableException)
        {
            return false;
        }
    }
}

/// <summary>What becomes of nodes whose holder is gone.</summary>
public abstract class StaleLockTests : IAsyncLifetime
{
    private protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private protected TestStorage Storage { get; private set; } = null!;

    private protected TestConductor Me { get; private set; } = null!;

    private protected NodeRow Node { get; private set; } = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    private protected abstract ILockManager CreateLocks();

    public async Task InitializeAsync()
    {
        Storage = await OpenAsync();
        Me = new TestConductor("me", Storage, CreateLocks());
        Node = await Me.InsertNodeAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await Me.DisposeAsync();
        await Storage.DisposeAsync();
    }

    [Fact]
    public async Task The_sweep_clears_what_nobody_holds_and_nothing_else()
    {
        var mine = await Me.InsertNodeAsync();
        await using var task = await Me.Tasks.OpenExclusiveAsync(mine.Uuid, default);
        var (dead, _) = await Storage.Nodes.LockAsync(Node.Id, "dead", default);
        await SweepUntilClearedAsync();
        Assert.Equal(0, await Me.Sweeper.SweepAsync(default));
        Assert.Equal(("me", task.Node.LockEpoch), ((await Me.ReadAsync(mine)).Reservation, (await Me.ReadAsync(mine)).LockEpoch));
        var read = await Me.ReadAsync(Node);
        Assert.True(read.LockEpoch > dead!.LockEpoch);
        Assert.Null(read.LastError);
        Assert.Equal(["created", "lock_expired"], await Me.EventsAsync(Node));
        await using var next = await Me.Tasks.OpenExclusiveAsync(Node.Uuid, default);
    }

    [Fact]
    public async Task The_work_of_a_holder_that_is_gone_counts_as_failed()
    {
        await using (var task = await Me.Tasks.OpenExclusiveAsync(Node.Uuid, default))
        {
            (task.Node.ProvisionState, task.Node.TargetProvisionState, task.Node.TargetPowerState) = ("verifying", "manageable", "power on");
            await task.SaveAndReleaseAsync(default);
        }

        await Storage.Nodes.LockAsync(Node.Id, "dead", default);
        await SweepUntilClearedAsync();
        var read = await Me.ReadAsync(Node);
        Assert.Equal(("enroll", null, null), (read.ProvisionState, read.TargetProvisionState, read.TargetPowerState));
        Assert.Contains("dead", read.LastError, StringComparison.Ordinal);
        Assert.Equal(["created", "lock_expired", "power_state", "provision_state"], await Me.EventsAsync(Node));
    }

    [Fact]
    public async Task Interrupted_work_on_a_free_node_counts_as_failed()
    {
        var power = await Me.InsertNodeAsync(n => (n.PowerState, n.TargetPowerState) = ("power off", "power on"));
        var cleaning = await Me.InsertNodeAsync(n => (n.ProvisionState, n.TargetProvisionState) = ("cleaning", "available"));
        var waiting = await Me.InsertNodeAsync(n => (n.ProvisionState, n.TargetProvisionState) = ("clean wait", "available"));
        Assert.Equal(2, await Me.Interrupted.SettleAllAsync(default));
        Assert.Equal(0, await Me.Interrupted.SettleAllAsync(default));
        var read = await Me.ReadAsync(power);
        Assert.Equal(("power off", null, null), (read.PowerState, read.TargetPowerState, read.Reservation));
        Assert.Contains("power on", read.LastError, StringComparison.Ordinal);
        Assert.Equal("clean failed", (await Me.ReadAsync(cleaning)).ProvisionState);
        Assert.Equal("clean wait", (await Me.ReadAsync(waiting)).ProvisionState);
    }

    [Fact]
    public async Task A_verb_that_waits_for_its_turn_has_not_begun()
    {
        var free = await Me.InsertNodeAsync(n => (n.ProvisionState, n.TargetProvisionState) = ("cleaning", "manageable"));
        var switching = await Me.InsertNodeAsync(n => (n.ProvisionState, n.TargetProvisionState, n.PowerState, n.TargetPowerState) = ("deploying", "active", "power off", "power on"));
        var held = await Me.InsertNodeAsync(n => (n.ProvisionState, n.TargetProvisionState) = ("deleting", "available"));
        foreach (var node in new[] { free, switching, held })
            await Storage.PutVerbAsync(node);
        Assert.Equal(1, await Me.Interrupted.SettleAllAsync(default));
        Assert.Equal(("cleaning", null), ((await Me.ReadAsync(free)).ProvisionState, (await Me.ReadAsync(free)).LastError));
        // The power action was another one's, and that is gone.
        Assert.Equal(("deploying", null), ((await Me.ReadAsync(switching)).ProvisionState, (await Me.ReadAsync(switching)).TargetPowerState));

        await Storage.Nodes.LockAsync(held.Id, "dead", default);
        await SweepUntilClearedAsync();
        Assert.Equal(("deleting", null, null), ((await Me.ReadAsync(held)).ProvisionState, (await Me.ReadAsync(held)).Reservation, (await Me.ReadAsync(held)).LastError));
        Assert.NotNull(await Storage.QueuedVerbs.FindAsync(held.Id, default));
    }

    [Fact]
    public async Task Nodes_of_another_group_are_for_a_conductor_of_that_group_while_there_is_one()
    {
        var locked = await Me.InsertNodeAsync(n => n.ConductorGroup = "edge");
        var interrupted = await Me.InsertNodeAsync(n => (n.ConductorGroup, n.ProvisionState, n.TargetProvisionState) = ("edge", "cleaning", "available"));
        await Storage.Nodes.LockAsync(locked.Id, "dead", default);
        var edge = new ConductorStore(Storage.Database, new ConductorIdentity("at the edge", "edge", "http://127.0.0.1:2"), Storage.Clock);
        await edge.HeartbeatAsync(online: true, [], default);
        await Me.Membership.RefreshAsync(default);
        await Storage.Nodes.LockAsync(Node.Id, "dead", default);
        await SweepUntilClearedAsync();
        Assert.Equal(0, await Me.Sweeper.SweepAsync(default));
        Assert.Equal(0, await Me.Interrupted.SettleAllAsync(default));
        Assert.Equal("dead", (await Me.ReadAsync(locked)).Reservation);

        await edge.HeartbeatAsync(online: false, [], default);
        await Me.Membership.RefreshAsync(default);
        await SweepUntilClearedAsync();
        Assert.Equal(1, await Me.Interrupted.SettleAllAsync(default));
        Assert.Equal("clean failed", (await Me.ReadAsync(interrupted)).ProvisionState);
    }

    [Fact]
    public async Task Work_that_goes_on_is_left_alone()
    {
        await using var task = await Me.Tasks.OpenExclusiveAsync(Node.Uuid, default);
        task.Node.TargetPowerState = "power on";
        await task.SaveAsync(default);
        Assert.Equal(0, await Me.Interrupted.SettleAllAsync(default));
        Assert.Equal(0, await Me.Sweeper.SweepAsync(default));
        // Locked after it was found: nothing is done about it either.
        Assert.Null(await Me.Tasks.TakeOverAsync(new ReservedNode(Node.Id, Node.Uuid, "me", task.Node.LockEpoch, ""), default));
        Assert.Equal("power on", (await Me.ReadAsync(Node)).TargetPowerState);
    }

    private protected Task SweepUntilClearedAsync() =>
        Eventually.ThatAsync(async () => await TrySweepAsync() == 1, Limit, "the stale lock is cleared");

    // A lock service that is slow to answer is asked again, as the sweep itself does; any other failure is one.
    private async Task<int?> TrySweepAsync()
    {
        try
        {
            return await Me.Sweeper.SweepAsync(default);
        }
        catch (LockUnavailableException)
        {
            return null;
        }
    }
}
