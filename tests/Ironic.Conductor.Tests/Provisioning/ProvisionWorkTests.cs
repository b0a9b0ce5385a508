using Dapper;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Conductor.Tests.Provisioning;

/// <summary>What becomes of a node whose work ends with an error that nobody expected: a database that goes away, for one.</summary>
public sealed class ProvisionWorkTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private ProvisionWork _work = null!;
    private Transitions _transitions = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _conductor = new TestConductor("me", _storage, new InProcessLockManager(TimeProvider.System));
        (_work, _transitions) = (_conductor.Services.GetRequiredService<ProvisionWork>(), _conductor.Services.GetRequiredService<Transitions>());
    }

    public async Task DisposeAsync()
    {
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task It_fails_in_the_state_that_is_stored_and_what_was_not_stored_is_gone()
    {
        var node = await InsertAsync("deleting", "available");
        await using var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await _work.RunAsync(task, (held, _) =>
        {
            TearDown.RemoveInstance(held.Node);
            _transitions.Move(held.Node, "clean");
            throw new IOException("the database is away");
        }, default);

        var read = await _conductor.ReadAsync(node);
        Assert.Equal(("error", null, node.InstanceUuid), (read.ProvisionState, read.Reservation, read.InstanceUuid));
        Assert.Contains("'deleting'", read.LastError, StringComparison.Ordinal);
        await using var connection = await _storage.Database.OpenAsync(default);
        Assert.Equal(("deleting", "error"), await connection.QuerySingleAsync<(string, string)>(
            "SELECT from_state, to_state FROM node_events WHERE node_uuid = @Uuid AND event_type = 'provision_state'", new { node.Uuid }));
    }

    [Fact]
    public async Task A_save_that_took_place_without_the_work_knowing_counts()
    {
        var node = await InsertAsync("deleting", "available");
        await using var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await _work.RunAsync(task, async (held, lost) =>
        {
            // By another copy of the row, as if the answer to the commit had been lost.
            var (stored, moved) = (held.Stored.Clone(), held.Stored.Clone());
            await _storage.Nodes.UpdateAsync(stored, moved, [_transitions.Move(moved, "clean")], unlock: false, lost);
            throw new IOException("the database is away");
        }, default);

        var read = await _conductor.ReadAsync(node);
        Assert.Equal(("clean failed", null), (read.ProvisionState, read.Reservation));
    }

    [Fact]
    public async Task A_node_that_was_given_back_meanwhile_is_left_alone()
    {
        var node = await InsertAsync("cleaning", "manageable");
        await using var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await _work.RunAsync(task, async (held, lost) =>
        {
            var (stored, moved) = (held.Stored.Clone(), held.Stored.Clone());
            await _storage.Nodes.UpdateAsync(stored, moved, [_transitions.Move(moved, "manage")], unlock: true, lost);
            throw new IOException("the database is away");
        }, default);

        var read = await _conductor.ReadAsync(node);
        Assert.Equal(("manageable", null, null), (read.ProvisionState, read.Reservation, read.LastError));
    }

    [Fact]
    public async Task Manual_cleaning_fails_on_its_way_to_manageable()
    {
        var node = await InsertAsync("cleaning", "manageable");
        await using var task = await _conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await _work.RunAsync(task, (_, _) => throw new IOException("the driver's answer makes no sense"), default);
        var read = await _conductor.ReadAsync(node);
        Assert.Equal(("clean failed", "manageable"), (read.ProvisionState, read.TargetProvisionState));
    }

    private Task<NodeRow> InsertAsync(string state, string target) => _conductor.InsertNodeAsync(
        node => (node.ProvisionState, node.TargetProvisionState, node.InstanceUuid) = (state, target, Guid.NewGuid().ToString()));
}
