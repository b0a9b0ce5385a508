using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteNodeTraitStoreTests : NodeTraitStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresNodeTraitStoreTests(PostgresFixture postgres) : NodeTraitStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class NodeTraitStoreTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private NodeRow _node = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _node = await InsertNodeAsync();
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task A_node_is_read_with_its_traits_in_order()
    {
        Assert.Null((await ReadAsync()).Traits);
        await _storage.Traits.SetAsync(_node, ["CUSTOM_B", "CUSTOM_A"], default);
        Assert.Equal("CUSTOM_A,CUSTOM_B", (await ReadAsync()).Traits);
        await _storage.Traits.AddAsync(_node, "CUSTOM_AA", default);
        await _storage.Traits.AddAsync(_node, "CUSTOM_A", default);
        Assert.Equal("CUSTOM_A,CUSTOM_AA,CUSTOM_B", (await ReadAsync()).Traits);
        Assert.True(await _storage.Traits.RemoveAsync(_node, "CUSTOM_A", default));
        Assert.False(await _storage.Traits.RemoveAsync(_node, "CUSTOM_A", default));
        await _storage.Traits.SetAsync(_node, ["HW_CPU_X86_VMX"], default);
        Assert.Equal("HW_CPU_X86_VMX", (await ReadAsync()).Traits);
        await _storage.Traits.SetAsync(_node, [], default);
        Assert.Null((await ReadAsync()).Traits);
    }

    [Fact]
    public async Task A_page_has_the_traits_of_each_of_its_nodes()
    {
        var other = await InsertNodeAsync();
        await InsertNodeAsync();
        await _storage.Traits.SetAsync(_node, ["CUSTOM_A", "CUSTOM_B"], default);
        await _storage.Traits.SetAsync(other, ["CUSTOM_C"], default);
        var page = await _storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 10 } }, default);
        Assert.Equal(["CUSTOM_A,CUSTOM_B", "CUSTOM_C", null], page!.Select(n => n.Traits));
    }

    [Fact]
    public async Task A_node_has_no_more_than_fifty_traits()
    {
        var fifty = Enumerable.Range(0, NodeTraitStore.Maximum).Select(i => $"CUSTOM_{i:D2}").ToList();
        await _storage.Traits.SetAsync(_node, fifty, default);
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _storage.Traits.AddAsync(_node, "CUSTOM_MORE", default));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _storage.Traits.SetAsync(_node, [.. fifty, "CUSTOM_MORE"], default));
        // One that it has is none more.
        await _storage.Traits.AddAsync(_node, fifty[7], default);
        Assert.Equal(string.Join(',', fifty), (await ReadAsync()).Traits);
    }

    [Fact]
    public async Task Additions_at_the_same_time_stay_below_the_limit()
    {
        await _storage.Traits.SetAsync(_node, [.. Enumerable.Range(0, NodeTraitStore.Maximum - 3).Select(i => $"CUSTOM_{i:D2}")], default);
        var added = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(async () =>
        {
            try
            {
                await _storage.Traits.AddAsync(_node, $"CUSTOM_MORE_{i}", default);
                return true;
            }
            catch (IronicException e) when (e.Reason == ErrorReason.InvalidParameterValue)
            {
                return false;
            }
        })));
        Assert.Equal(3, added.Count(a => a));
        Assert.Equal(NodeTraitStore.Maximum, (await ReadAsync()).Traits!.Split(',').Length);
    }

    [Fact]
    public async Task The_traits_go_with_the_node()
    {
        await _storage.Traits.SetAsync(_node, ["CUSTOM_A"], default);
        var held = (await _storage.Nodes.LockAsync(_node.Id, "me", default)).Node!;
        await _storage.Nodes.DeleteAsync(held, new JournalEntry("deleted"), default);
        await RefusedAsync(ErrorReason.NodeNotFound, () => _storage.Traits.AddAsync(_node, "CUSTOM_B", default));
        await RefusedAsync(ErrorReason.NodeNotFound, () => _storage.Traits.SetAsync(_node, [], default));
        await using var connection = await _storage.Database.OpenAsync(default);
        Assert.Equal(0, await Dapper.SqlMapper.ExecuteScalarAsync<int>(connection, "SELECT count(*) FROM node_traits"));
    }

    private static async Task RefusedAsync(ErrorReason reason, Func<Task> action) => Assert.Equal(reason, (await Assert.ThrowsAsync<IronicException>(action)).Reason);

    private async Task<NodeRow> ReadAsync() => (await _storage.Nodes.FindByUuidAsync(_node.Uuid, default))!;

    private async Task<NodeRow> InsertNodeAsync()
    {
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = _storage.Clock.UtcNow };
        await _storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        return node;
    }
}
