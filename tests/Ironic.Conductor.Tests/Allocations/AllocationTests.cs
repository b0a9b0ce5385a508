using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Allocations;

public sealed class SqliteAllocationTests : AllocationTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();

    private protected override ILockManager CreateLocks() => new InProcessLockManager(TimeProvider.System);
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresAllocationTests(PostgresFixture postgres, RedisFixture redis) : AllocationTests, IClassFixture<RedisFixture>
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);

    private protected override ILockManager CreateLocks() =>
        new RedisLockManager(new LockOptions { RedisConfiguration = redis.Server.Endpoint }, TimeProvider.System, NullLogger.Instance);
}

public abstract class AllocationTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private TestAllocations _allocations = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    private protected abstract ILockManager CreateLocks();

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _conductor = new TestConductor("test-conductor", _storage, CreateLocks());
        _allocations = new TestAllocations(_conductor, _storage);
    }

    public async Task DisposeAsync()
    {
        _allocations.Dispose();
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task A_free_node_of_the_class_is_reserved_with_the_allocation()
    {
        await InsertFreeNodeAsync(n => n.ResourceClass = "silver");
        var node = await InsertFreeNodeAsync(n => n.InstanceInfo = """{"k": 1}""");
        var created = await _allocations.Creation.CreateAsync(new Allocation { ResourceClass = "gold", Name = "one" }, default);
        Assert.Equal(AllocationRow.Allocating, created.State);
        var allocation = await SettledAsync(created);

        Assert.Equal((AllocationRow.Active, node.Uuid, null), (allocation.State, allocation.NodeUuid, allocation.LastError));
        var reserved = await _conductor.ReadAsync(node);
        Assert.Equal((allocation.Uuid, allocation.Uuid, """{"k":1,"traits":[]}"""), (reserved.InstanceUuid, reserved.AllocationUuid, reserved.InstanceInfo));
        Assert.Null(reserved.Reservation);
        Assert.Equal("one", (await _allocations.Catalog.FindByNodeAsync(node.Uuid, default)).Name);
        // It is nobody else's.
        var second = await AllocateAsync(new Allocation { ResourceClass = "gold" });
        Assert.Equal(AllocationRow.Error, second.State);
        Assert.Contains("no available nodes match the resource class gold", second.LastError, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("class")]
    [InlineData("state")]
    [InlineData("instance")]
    [InlineData("power")]
    [InlineData("maintenance")]
    public async Task A_node_that_is_not_free_is_not_taken(string why)
    {
        await InsertFreeNodeAsync(n =>
        {
            n.ResourceClass = why == "class" ? "silver" : n.ResourceClass;
            n.ProvisionState = why == "state" ? "manageable" : n.ProvisionState;
            n.InstanceUuid = why == "instance" ? Guid.NewGuid().ToString() : null;
            n.PowerState = why == "power" ? null : n.PowerState;
            n.Maintenance = why == "maintenance";
        });
        Assert.Equal(AllocationRow.Error, (await AllocateAsync(new Allocation { ResourceClass = "gold" })).State);
    }

    [Fact]
    public async Task Traits_candidates_owner_and_name_decide()
    {
        var (a, b, c) = (await InsertFreeNodeAsync(n => n.Name = "a"), await InsertFreeNodeAsync(n => n.Owner = "me"), await InsertFreeNodeAsync(n => n.Lessee = "you"));
        await _storage.Traits.SetAsync(a, ["CUSTOM_RED", "CUSTOM_BIG"], default);
        await _storage.Traits.SetAsync(b, ["CUSTOM_RED"], default);

        var none = await AllocateAsync(new Allocation { ResourceClass = "gold", Traits = { "CUSTOM_BLUE" } });
        Assert.Contains("no suitable nodes have the requested traits CUSTOM_BLUE", none.LastError, StringComparison.Ordinal);
        Assert.Contains("none of the requested nodes", (await AllocateAsync(new Allocation { ResourceClass = "silver", CandidateNodes = { "a" } })).LastError, StringComparison.Ordinal);
        Assert.Equal(AllocationRow.Error, (await AllocateAsync(new Allocation { ResourceClass = "gold", Owner = "nobody" })).State);

        Assert.Equal(c.Uuid, (await AllocateAsync(new Allocation { ResourceClass = "gold", Owner = "you" })).NodeUuid);
        Assert.Equal(a.Uuid, (await AllocateAsync(new Allocation { ResourceClass = "gold", Traits = { "CUSTOM_RED", "CUSTOM_BIG" } })).NodeUuid);
        Assert.Equal("""{"traits":["CUSTOM_RED","CUSTOM_BIG"]}""", (await _conductor.ReadAsync(a)).InstanceInfo);
        Assert.Equal(b.Uuid, (await AllocateAsync(new Allocation { ResourceClass = "gold", CandidateNodes = { a.Uuid, b.Uuid } })).NodeUuid);
    }

    [Fact]
    public async Task A_namesake_comes_first()
    {
        for (var i = 0; i < 5; i++)
            await InsertFreeNodeAsync();
        var namesake = await InsertFreeNodeAsync(n => n.Name = "web");
        Assert.Equal(namesake.Uuid, (await AllocateAsync(new Allocation { ResourceClass = "gold", Name = "web" })).NodeUuid);
    }

    [Fact]
    public async Task Many_at_the_same_time_get_one_node_each()
    {
        for (var i = 0; i < 12; i++)
            await InsertFreeNodeAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => AllocateAsync(new Allocation { ResourceClass = "gold" }))));
        var reserved = all.Where(a => a.State == AllocationRow.Active).ToList();
        Assert.Equal(12, reserved.Count);
        Assert.Equal(12, reserved.Select(a => a.NodeUuid).Distinct().Count());
        Assert.All(all.Except(reserved), a => Assert.Equal(AllocationRow.Error, a.State));
        foreach (var allocation in reserved)
            Assert.Equal(allocation.Uuid, (await _storage.Nodes.FindByUuidAsync(allocation.NodeUuid!, default))!.InstanceUuid);
    }

    [Fact]
    public async Task A_locked_node_is_tried_again()
    {
        var node = await InsertFreeNodeAsync();
        AllocationRow created;
        await using (await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
        {
            created = await _allocations.Creation.CreateAsync(new Allocation { ResourceClass = "gold" }, default);
            await Eventually.ThatAsync(() => Task.FromResult(_allocations.Waits > 0), Limit, "it waits for another attempt");
        }

        Assert.Equal(node.Uuid, (await SettledAsync(created)).NodeUuid);

        var second = await InsertFreeNodeAsync();
        await using (await _conductor.Tasks.OpenExclusiveAsync(second.Uuid, default))
            Assert.Contains("could not reserve any of 1 suitable nodes", (await AllocateAsync(new Allocation { ResourceClass = "gold" })).LastError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deleting_gives_the_node_back()
    {
        var node = await InsertFreeNodeAsync();
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "gold", Name = "one" });
        await _allocations.Removal.DeleteAsync("one", default);
        var free = await _conductor.ReadAsync(node);
        Assert.Equal((null, null, "{}"), (free.InstanceUuid, free.AllocationUuid, free.InstanceInfo));
        Assert.Equal(ErrorReason.AllocationNotFound, await ReasonAsync(() => _allocations.Removal.DeleteAsync(allocation.Uuid, default)));
        Assert.Equal(ErrorReason.AllocationNotFound, await ReasonAsync(() => _allocations.Removal.DeleteOfNodeAsync(node.Uuid, default)));
        // One without a node just goes.
        var failed = await AllocateAsync(new Allocation { ResourceClass = "none" });
        await _allocations.Removal.DeleteAsync(failed.Uuid, default);
        Assert.Empty((await _allocations.Catalog.ListAsync(new ListAllocationsRequest(), default)).Allocations);
    }

    [Fact]
    public async Task An_instance_does_not_lose_its_node()
    {
        var node = await InsertFreeNodeAsync();
        var allocation = await AllocateAsync(new Allocation { ResourceClass = "gold" });
        await ChangeAsync(node, n => n.ProvisionState = "active");
        Assert.Equal(ErrorReason.InvalidState, await ReasonAsync(() => _allocations.Removal.DeleteAsync(allocation.Uuid, default)));
        await ChangeAsync(node, n => (n.ProvisionState, n.TargetProvisionState) = ("deploying", "active"));
        Assert.Equal(ErrorReason.InvalidState, await ReasonAsync(() => _allocations.Removal.DeleteOfNodeAsync(node.Uuid, default)));
        Assert.Equal(node.Uuid, (await _allocations.Catalog.FindAsync(allocation.Uuid, default)).NodeUuid);
        await ChangeAsync(node, n => n.Maintenance = true);
        await _allocations.Removal.DeleteOfNodeAsync(node.Uuid, default);
    }

    [Fact]
    public async Task An_allocation_goes_with_its_node()
    {
        var node = await InsertFreeNodeAsync();
        await AllocateAsync(new Allocation { ResourceClass = "gold" });
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
            await task.DeleteAsync(new JournalEntry("deleted"), default);
        Assert.Empty((await _allocations.Catalog.ListAsync(new ListAllocationsRequest(), default)).Allocations);
    }

    [Fact]
    public async Task An_active_node_gets_its_allocation_afterwards()
    {
        var node = await InsertFreeNodeAsync(n => (n.ProvisionState, n.InstanceUuid) = ("active", Guid.NewGuid().ToString()));
        var allocation = await _allocations.Creation.CreateAsync(new Allocation { Node = node.Uuid, Name = "fill" }, default);
        Assert.Equal((AllocationRow.Active, node.Uuid, node.InstanceUuid, "gold"), (allocation.State, allocation.NodeUuid, allocation.Uuid, allocation.ResourceClass));
        Assert.Equal(allocation.Uuid, (await _conductor.ReadAsync(node)).AllocationUuid);
        Assert.Equal(ErrorReason.AllocationAlreadyExists, await ReasonAsync(() => _allocations.Creation.CreateAsync(new Allocation { Node = node.Uuid }, default)));
    }

    [Fact]
    public async Task A_node_that_does_not_fit_gets_none_and_the_allocation_says_why()
    {
        var enrolled = await InsertFreeNodeAsync(n => (n.ProvisionState, n.Name) = ("enroll", "e"));
        Assert.Equal(ErrorReason.AllocationFailed, await ReasonAsync(() => _allocations.Creation.CreateAsync(new Allocation { Node = "e", Name = "x" }, default)));
        var failed = await _allocations.Catalog.FindAsync("x", default);
        Assert.Equal(AllocationRow.Error, failed.State);
        Assert.Contains("the current state is \"enroll\"", failed.LastError, StringComparison.Ordinal);

        await ChangeAsync(enrolled, n => (n.ProvisionState, n.InstanceUuid) = ("active", Guid.NewGuid().ToString()));
        var other = new Allocation { Node = "e", Uuid = Guid.NewGuid().ToString() };
        Assert.Equal(ErrorReason.NodeAssociated, await ReasonAsync(() => _allocations.Creation.CreateAsync(other, default)));
        Assert.Equal(AllocationRow.Error, (await _allocations.Catalog.FindAsync(other.Uuid, default)).State);
        Assert.Equal(ErrorReason.ReferenceNotFound, await ReasonAsync(() => _allocations.Creation.CreateAsync(new Allocation { Node = "nosuch" }, default)));
    }

    [Fact]
    public async Task What_does_not_fit_is_not_created()
    {
        Assert.Equal(ErrorReason.MissingParameterValue, await CreationReasonAsync(new Allocation()));
        Assert.Equal(ErrorReason.MissingParameterValue, await CreationReasonAsync(new Allocation { ResourceClass = "" }));
        Assert.Equal(ErrorReason.InvalidParameterValue, await CreationReasonAsync(new Allocation { ResourceClass = new string('x', 81) }));
        Assert.Equal(ErrorReason.InvalidParameterValue, await CreationReasonAsync(new Allocation { ResourceClass = "gold", Traits = { "bad" } }));
        Assert.Equal(ErrorReason.InvalidName, await CreationReasonAsync(new Allocation { ResourceClass = "gold", Name = "a b" }));
        Assert.Equal(ErrorReason.InvalidUuid, await CreationReasonAsync(new Allocation { ResourceClass = "gold", Uuid = "x" }));
        Assert.Equal(ErrorReason.ReferenceNotFound, await CreationReasonAsync(new Allocation { ResourceClass = "gold", CandidateNodes = { "nosuch" } }));
        Assert.Empty((await _allocations.Catalog.ListAsync(new ListAllocationsRequest(), default)).Allocations);
    }

    [Fact]
    public async Task What_a_dead_conductor_left_behind_is_taken_up()
    {
        var node = await InsertFreeNodeAsync();
        var orphan = new AllocationRow { Uuid = Guid.NewGuid().ToString(), CreatedAt = _storage.Clock.UtcNow, ResourceClass = "gold", Conductor = "gone" };
        await _storage.Allocations.InsertAsync(orphan, default);
        Assert.Equal(1, await _allocations.Orphans.TakeUpAsync(default));
        Assert.Equal(node.Uuid, (await SettledAsync(orphan)).NodeUuid);
        Assert.Equal(0, await _allocations.Orphans.TakeUpAsync(default));

        // Its own, left from the run before; a young one may just be about to start.
        var (old, young) = (orphan.Clone(), orphan.Clone());
        (old.Uuid, old.Conductor, old.CreatedAt) = (Guid.NewGuid().ToString(), "test-conductor", _storage.Clock.UtcNow - TimeSpan.FromMinutes(1));
        (young.Uuid, young.Conductor, young.CreatedAt) = (Guid.NewGuid().ToString(), "test-conductor", _storage.Clock.UtcNow + TimeSpan.FromMinutes(1));
        await _storage.Allocations.InsertAsync(old, default);
        await _storage.Allocations.InsertAsync(young, default);
        Assert.Equal(1, await _allocations.Orphans.TakeUpAsync(default));
        Assert.Equal(AllocationRow.Error, (await SettledAsync(old)).State);
        Assert.Equal(AllocationRow.Allocating, (await _storage.Allocations.FindByUuidAsync(young.Uuid, default))!.State);
    }

    [Fact]
    public async Task Lists_are_filtered()
    {
        var node = await InsertFreeNodeAsync(n => n.Name = "n");
        var active = await AllocateAsync(new Allocation { ResourceClass = "gold", Name = "a" });
        await AllocateAsync(new Allocation { ResourceClass = "silver", Name = "b", Owner = "me" });
        Assert.Equal(["a", "b"], await NamesAsync(new ListAllocationsRequest()));
        Assert.Equal(["a"], await NamesAsync(new ListAllocationsRequest { Node = "n" }));
        Assert.Equal(["a"], await NamesAsync(new ListAllocationsRequest { ResourceClass = "gold" }));
        Assert.Equal(["b"], await NamesAsync(new ListAllocationsRequest { State = "error" }));
        Assert.Equal(["b"], await NamesAsync(new ListAllocationsRequest { Owner = "me" }));
        Assert.Empty(await NamesAsync(new ListAllocationsRequest { State = "nosuch" }));
        Assert.Equal(["b"], await NamesAsync(new ListAllocationsRequest { Marker = active.Uuid, Limit = 1 }));
        Assert.Equal(ErrorReason.ReferenceNotFound, await ReasonAsync(() => NamesAsync(new ListAllocationsRequest { Node = "nosuch" })));
        Assert.Equal(ErrorReason.AllocationNotFound, await ReasonAsync(() => NamesAsync(new ListAllocationsRequest { Marker = node.Uuid })));
        foreach (var key in new[] { "extra", "traits", "candidate_nodes", "node_uuid", "node_id", "conductor", "nosuch" })
            Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => NamesAsync(new ListAllocationsRequest { SortKey = key })));
    }

    private static async Task<ErrorReason> ReasonAsync(Func<Task> action) => (await Assert.ThrowsAsync<IronicException>(action)).Reason;

    private Task<ErrorReason> CreationReasonAsync(Allocation allocation) => ReasonAsync(() => _allocations.Creation.CreateAsync(allocation, default));

    private async Task<IEnumerable<string>> NamesAsync(ListAllocationsRequest request) => (await _allocations.Catalog.ListAsync(request, default)).Allocations.Select(a => a.Name);

    private async Task<AllocationRow> AllocateAsync(Allocation allocation) => await SettledAsync(await _allocations.Creation.CreateAsync(allocation, default));

    private async Task<AllocationRow> SettledAsync(AllocationRow allocation)
    {
        AllocationRow? settled = null;
        await Eventually.ThatAsync(
            async () => (settled = await _storage.Allocations.FindByUuidAsync(allocation.Uuid, default)) is { State: not AllocationRow.Allocating }, Limit, "the allocation is settled");
        return settled!;
    }

    private Task<NodeRow> InsertFreeNodeAsync(Action<NodeRow>? change = null) => _conductor.InsertNodeAsync(n =>
    {
        (n.ProvisionState, n.PowerState, n.ResourceClass) = ("available", "power off", "gold");
        change?.Invoke(n);
    });

    private async Task ChangeAsync(NodeRow node, Action<NodeRow> change)
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        change(task.Node);
        await task.SaveAndReleaseAsync(default);
    }
}
