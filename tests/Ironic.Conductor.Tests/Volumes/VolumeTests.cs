using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Volumes;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Testing;
using Ironic.Types.V1;
using static Ironic.Conductor.Tests.Volumes.TestVolumes;

namespace Ironic.Conductor.Tests.Volumes;

public sealed class SqliteVolumeTests : VolumeTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresVolumeTests(PostgresFixture postgres) : VolumeTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class VolumeTests : IAsyncLifetime
{
    private static readonly Microversion LastStrictRelease = new(82);

    private TestVolumes _volumes = null!;
    private NodeRow _node = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    public async Task InitializeAsync()
    {
        _volumes = new TestVolumes(await OpenAsync());
        _node = await _volumes.InsertNodeAsync();
    }

    public async Task DisposeAsync() => await _volumes.DisposeAsync();

    [Fact]
    public async Task What_was_created_reads_back()
    {
        var connector = await _volumes.CreateConnectorAsync(_node, c => (c.Extra, c.ConnectorId) = (new Json { Text = """{"big": 12345678901234567890}""" }, ""));
        Assert.Equivalent(connector, await _volumes.Connectors.GetAsync(connector.Uuid.ToUpperInvariant(), default), strict: true);
        var target = await _volumes.CreateTargetAsync(_node, -1, t => t.Properties = new Json { Text = """{"auth_password": "s3cr3t", "target_lun": 1}""" });
        Assert.Equivalent(target, await _volumes.Targets.GetAsync(target.Uuid, default), strict: true);
        Assert.Equal((_node.Uuid, -1, null), (target.NodeUuid, target.BootIndex, target.UpdatedAt));
        Assert.Equal(["created", "volume_connector_created", "volume_target_created"], await _volumes.Conductor.EventsAsync(_node));

        // Callers see no secrets, and a patch keeps them.
        Assert.Equal("""{"auth_password":"******","target_lun":1}""", VolumeTargets.ToApi(await _volumes.PatchAsync(target, Replace("/extra", """{"a": 1}"""))).Properties.Text);
        Assert.Contains("s3cr3t", (await _volumes.Targets.GetAsync(target.Uuid, default)).Properties, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_only_one_may_have_is_refused()
    {
        var connector = await _volumes.CreateConnectorAsync(_node);
        var other = await _volumes.CreateConnectorAsync(_node);
        await RefusedAsync(ErrorReason.VolumeConnectorAlreadyExists, () => _volumes.CreateConnectorAsync(_node, c => c.ConnectorId = connector.ConnectorId));
        await RefusedAsync(ErrorReason.VolumeConnectorAlreadyExists, () => _volumes.CreateConnectorAsync(_node, c => c.Uuid = connector.Uuid));
        await RefusedAsync(ErrorReason.VolumeConnectorAlreadyExists, () => _volumes.PatchAsync(other, Replace("/connector_id", $"\"{connector.ConnectorId}\"")));
        await _volumes.CreateConnectorAsync(_node, c => (c.Type, c.ConnectorId) = ("mac", connector.ConnectorId));

        var target = await _volumes.CreateTargetAsync(_node, 0);
        var second = await _volumes.CreateTargetAsync(_node, 1);
        await RefusedAsync(ErrorReason.VolumeTargetAlreadyExists, () => _volumes.CreateTargetAsync(_node, 0));
        await RefusedAsync(ErrorReason.VolumeTargetAlreadyExists, () => _volumes.CreateTargetAsync(_node, 2, t => t.Uuid = target.Uuid));
        await RefusedAsync(ErrorReason.VolumeTargetAlreadyExists, () => _volumes.PatchAsync(second, Replace("/boot_index", "0")));
        await _volumes.CreateTargetAsync(await _volumes.InsertNodeAsync(), 0);
        Assert.Equivalent(other, await _volumes.Connectors.GetAsync(other.Uuid, default), strict: true);
        Assert.Equivalent(second, await _volumes.Targets.GetAsync(second.Uuid, default), strict: true);
    }

    [Fact]
    public async Task What_cannot_be_is_refused()
    {
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _volumes.CreateConnectorAsync(_node, c => c.NodeUuid = Guid.NewGuid().ToString()));
        await RefusedAsync(ErrorReason.InvalidUuid, () => _volumes.CreateConnectorAsync(_node, c => c.NodeUuid = "n"));
        await RefusedAsync(ErrorReason.InvalidUuid, () => _volumes.CreateConnectorAsync(_node, c => c.Uuid = "x"));
        await RefusedAsync(ErrorReason.MissingParameterValue, () => _volumes.CreateConnectorAsync(_node, c => c.ClearConnectorId()));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _volumes.CreateConnectorAsync(_node, c => c.Type = new string('t', 33)));
        await RefusedAsync(ErrorReason.MissingParameterValue, () => _volumes.CreateTargetAsync(_node, 0, t => t.ClearBootIndex()));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _volumes.CreateTargetAsync(_node, 0, t => t.Properties = new Json { Text = "[]" }));
        await RefusedAsync(ErrorReason.VolumeConnectorNotFound, () => _volumes.Connectors.GetAsync(Guid.NewGuid().ToString(), default));
        await RefusedAsync(ErrorReason.VolumeTargetNotFound, () => _volumes.Targets.DeleteAsync(Guid.NewGuid().ToString(), Microversion.Newest, default));
        await RefusedAsync(ErrorReason.InvalidUuid, () => _volumes.Targets.GetAsync("x", default));
    }

    [Theory]
    [InlineData("remove", "/type", null)]
    [InlineData("replace", "/type", "5")]
    [InlineData("replace", "/connector_id", "null")]
    [InlineData("replace", "/extra", "[]")]
    [InlineData("remove", "/node_uuid", null)]
    [InlineData("replace", "/node_uuid", "\"n\"")]
    [InlineData("replace", "/uuid", "\"5f000000-0000-4000-8000-000000000001\"")]
    public async Task A_patch_that_does_not_fit_changes_nothing(string op, string path, string? value)
    {
        var connector = await _volumes.CreateConnectorAsync(_node);
        var wrong = value is null ? Remove(path) : Replace(path, value);
        Assert.Equal(op, wrong.Op);
        await RefusedAsync(ErrorReason.PatchError, () => _volumes.PatchAsync(connector, Replace("/extra", """{"a": 1}"""), wrong));
        Assert.Equivalent(connector, await _volumes.Connectors.GetAsync(connector.Uuid, default), strict: true);
        Assert.Null((await _volumes.Conductor.ReadAsync(_node)).Reservation);
    }

    [Theory]
    [InlineData(PowerStates.Off, "active", true, true, true)]
    [InlineData(PowerStates.On, "active", false, false, false)]
    [InlineData(null, "available", false, false, false)]
    [InlineData(PowerStates.On, "manageable", false, true, false)]
    [InlineData(null, "enroll", false, true, false)]
    [InlineData(PowerStates.Error, "adopt failed", false, true, false)]
    public async Task A_node_that_may_use_its_volumes_keeps_them(string? power, string state, bool changes, bool deletes, bool deletesEarlier)
    {
        var node = await _volumes.InsertNodeAsync(power, state);
        var connector = await _volumes.CreateConnectorAsync(node);
        await AllowedAsync(changes, () => _volumes.PatchAsync(connector, Replace("/type", "\"mac\"")));
        foreach (var (version, allowed) in new[] { (LastStrictRelease, deletesEarlier), (Microversion.Newest, deletes) })
        {
            var target = await _volumes.CreateTargetAsync(node, version.Minor);
            await AllowedAsync(allowed, () => _volumes.Targets.DeleteAsync(target.Uuid, version, default));
        }

        static Task AllowedAsync(bool allowed, Func<Task> work) => allowed ? work() : RefusedAsync(ErrorReason.InvalidStateRequested, work);
    }

    [Fact]
    public async Task A_locked_node_gets_volumes_and_keeps_those_that_it_has()
    {
        var connector = await _volumes.CreateConnectorAsync(_node);
        await using (await _volumes.Conductor.Tasks.OpenExclusiveAsync(_node.Uuid, default))
        {
            await _volumes.CreateConnectorAsync(_node);
            await RefusedAsync(ErrorReason.NodeLocked, () => _volumes.PatchAsync(connector, Remove("/extra")));
            await RefusedAsync(ErrorReason.NodeLocked, () => _volumes.Connectors.DeleteAsync(connector.Uuid, Microversion.Newest, default));
        }

        await _volumes.Connectors.DeleteAsync(connector.Uuid, Microversion.Newest, default);
        await RefusedAsync(ErrorReason.VolumeConnectorNotFound, () => _volumes.Connectors.DeleteAsync(connector.Uuid, Microversion.Newest, default));
        Assert.Equal("volume_connector_deleted", (await _volumes.Conductor.EventsAsync(_node)).Last());
    }

    [Fact]
    public async Task A_volume_moves_between_nodes_that_are_off()
    {
        var target = await _volumes.CreateTargetAsync(_node, 0);
        var off = await _volumes.InsertNodeAsync();
        var on = await _volumes.InsertNodeAsync(PowerStates.On);
        await RefusedAsync(ErrorReason.InvalidStateRequested, () => _volumes.PatchAsync(target, Replace("/node_uuid", $"\"{on.Uuid}\"")));
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _volumes.PatchAsync(target, Replace("/node_uuid", $"\"{Guid.NewGuid()}\"")));
        var moved = await _volumes.PatchAsync(target, Replace("/node_uuid", $"\"{off.Uuid}\""));
        Assert.Equal((off.Uuid, off.Id), (moved.NodeUuid, moved.NodeId));
        Assert.Equivalent(moved, await _volumes.Targets.GetAsync(target.Uuid, default), strict: true);
        foreach (var node in new[] { _node, on, off })
            Assert.Null((await _volumes.Conductor.ReadAsync(node)).Reservation);

        // Whoever is on keeps what it has.
        var used = await _volumes.CreateTargetAsync(on, 3);
        await RefusedAsync(ErrorReason.InvalidStateRequested, () => _volumes.PatchAsync(used, Replace("/node_uuid", $"\"{off.Uuid}\"")));
    }

    [Fact]
    public async Task Changes_at_the_same_time_lose_nothing()
    {
        var target = await _volumes.CreateTargetAsync(_node, 0, t => t.Extra = new Json { Text = "{}" });
        var done = 0;
        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => Task.Run(async () =>
        {
            try
            {
                await _volumes.PatchAsync(target, new JsonPatchOperation { Op = "add", Path = $"/extra/k{n}", Value = new Json { Text = "1" } });
                Interlocked.Increment(ref done);
            }
            catch (IronicException e) when (e.Reason == ErrorReason.NodeLocked)
            {
                // The node was held for longer than a caller waits.
            }
        })));
        Assert.InRange(done, 1, 8);
        using var extra = System.Text.Json.JsonDocument.Parse((await _volumes.Targets.GetAsync(target.Uuid, default)).Extra!);
        Assert.Equal(done, extra.RootElement.GetPropertyCount());
    }

    [Fact]
    public async Task Volumes_go_with_their_node()
    {
        var connector = await _volumes.CreateConnectorAsync(_node);
        var target = await _volumes.CreateTargetAsync(_node, 0);
        await using (var task = await _volumes.Conductor.Tasks.OpenExclusiveAsync(_node.Uuid, default))
            await task.DeleteAsync(new JournalEntry("deleted"), default);
        await RefusedAsync(ErrorReason.VolumeConnectorNotFound, () => _volumes.Connectors.GetAsync(connector.Uuid, default));
        await RefusedAsync(ErrorReason.VolumeTargetNotFound, () => _volumes.Targets.GetAsync(target.Uuid, default));
    }

    [Fact]
    public async Task Pages_have_every_volume_once_in_order()
    {
        var other = await _volumes.InsertNodeAsync();
        foreach (var (node, index) in new[] { (_node, 3), (other, 1), (_node, 2), (_node, 0) })
            await _volumes.CreateTargetAsync(node, index);
        Assert.Equal([3, 1, 2, 0], await IndexesAsync(new ListVolumeTargetsRequest()));
        Assert.Equal([0, 1, 2, 3], await IndexesAsync(new ListVolumeTargetsRequest { SortKey = "boot_index" }));
        Assert.Equal([3, 2, 0], await IndexesAsync(new ListVolumeTargetsRequest { Node = _node.Uuid }));
        Assert.Equal([3, 2], await IndexesAsync(new ListVolumeTargetsRequest { Node = _node.Uuid, SortKey = "boot_index", SortDir = "desc", Limit = 2 }));
        var page = await _volumes.Targets.ListAsync(new ListVolumeTargetsRequest { SortKey = "boot_index", Limit = 3 }, default);
        Assert.Equal([3], await IndexesAsync(new ListVolumeTargetsRequest { SortKey = "boot_index", Limit = 3, Marker = page.NextMarker }));
        await RefusedAsync(ErrorReason.NodeNotFound, () => IndexesAsync(new ListVolumeTargetsRequest { Node = "nosuch" }));
        await RefusedAsync(ErrorReason.VolumeTargetNotFound, () => IndexesAsync(new ListVolumeTargetsRequest { Marker = Guid.NewGuid().ToString() }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => IndexesAsync(new ListVolumeTargetsRequest { SortKey = "properties" }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => IndexesAsync(new ListVolumeTargetsRequest { SortKey = "node_uuid" }));

        async Task<IEnumerable<int>> IndexesAsync(ListVolumeTargetsRequest request) => (await _volumes.Targets.ListAsync(request, default)).Targets.Select(t => t.BootIndex);
    }
}
