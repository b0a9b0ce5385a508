using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqlitePortStoreTests : PortStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresPortStoreTests(PostgresFixture postgres) : PortStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class PortStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task Every_column_reads_back_as_it_was_written()
    {
        await using var storage = await OpenAsync();
        var node = await InsertNodeAsync(storage);
        var portgroup = NewPortgroup(storage, node);
        Fill(portgroup);
        await storage.Portgroups.InsertAsync(portgroup, node, default);
        Assert.Equivalent(portgroup, await storage.Portgroups.FindByIdAsync(portgroup.Id, default), strict: true);

        var port = NewPort(storage, node);
        Fill(port);
        (port.PortgroupId, port.PortgroupUuid) = (portgroup.Id, portgroup.Uuid);
        await storage.Ports.InsertAsync(port, node, default);
        Assert.Equivalent(port, await storage.Ports.FindByUuidAsync(port.Uuid, default), strict: true);
        Assert.Equivalent(port, await storage.Ports.FindByNameAsync(port.Name!, default), strict: true);
    }

    [Fact]
    public async Task Ports_and_port_groups_go_with_their_node()
    {
        await using var storage = await OpenAsync();
        var node = await InsertNodeAsync(storage);
        var portgroup = NewPortgroup(storage, node);
        await storage.Portgroups.InsertAsync(portgroup, node, default);
        var port = NewPort(storage, node);
        (port.PortgroupId, port.PortgroupUuid) = (portgroup.Id, portgroup.Uuid);
        await storage.Ports.InsertAsync(port, node, default);
        Assert.True(await storage.Ports.HasAnyAsync(node.Id, default));

        var (held, _) = await storage.Nodes.LockAsync(node.Id, "me", default);
        await storage.Nodes.DeleteAsync(held!, new JournalEntry("deleted"), default);
        Assert.Null(await storage.Ports.FindByUuidAsync(port.Uuid, default));
        Assert.Null(await storage.Portgroups.FindByUuidAsync(portgroup.Uuid, default));
        Assert.False(await storage.Ports.HasAnyAsync(node.Id, default));
    }

    [Fact]
    public async Task Each_filter_finds_what_it_says()
    {
        await using var storage = await OpenAsync();
        var east = await InsertNodeAsync(storage, n => n.Shard = "east");
        var west = await InsertNodeAsync(storage, n => (n.Shard, n.ConductorGroup) = ("west", "g"));
        var portgroup = NewPortgroup(storage, west);
        portgroup.Address = "52:54:00:00:00:99";
        await storage.Portgroups.InsertAsync(portgroup, west, default);
        var (a, b, c) = (NewPort(storage, east), NewPort(storage, west), NewPort(storage, west));
        (a.Address, b.Address, c.Address) = ("52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03");
        a.Description = "Uplink 7";
        (c.PortgroupId, c.PortgroupUuid) = (portgroup.Id, portgroup.Uuid);
        foreach (var port in new[] { a, b, c })
            await storage.Ports.InsertAsync(port, port == a ? east : west, default);

        foreach (var summary in new[] { false, true })
        {
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary }, a, b, c);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, NodeId = west.Id }, b, c);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, PortgroupId = portgroup.Id }, c);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, Address = b.Address }, b);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, Shards = ["east", "nosuch"] }, a);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, ConductorGroups = ["g"] }, b, c);
            await ExpectAsync(storage, new PortQuery { SummaryOnly = summary, DescriptionContains = "uplink" }, a);
        }

        foreach (var query in new[]
        {
            new PortgroupQuery { NodeId = west.Id }, new PortgroupQuery { Address = portgroup.Address }, new PortgroupQuery { Shards = ["west"] },
            new PortgroupQuery { ConductorGroups = ["g"] },
        })
        {
            Assert.Equal([portgroup.Uuid], (await storage.Portgroups.ListAsync(query with { Page = new PageQuery { Limit = 10 } }, default))!.Select(g => g.Uuid));
        }

        Assert.Empty((await storage.Portgroups.ListAsync(new PortgroupQuery { Shards = ["east"], Page = new PageQuery { Limit = 10 } }, default))!);
        Assert.Null(await storage.Portgroups.ListAsync(new PortgroupQuery { Page = new PageQuery { Limit = 10, Marker = a.Uuid } }, default));
    }

    [Fact]
    public async Task Pages_in_any_order_have_every_port_once()
    {
        await using var storage = await OpenAsync();
        var node = await InsertNodeAsync(storage);
        for (var i = 0; i < 7; i++)
        {
            var port = NewPort(storage, node);
            port.Address = $"52:54:00:00:00:{5 * i % 7:x2}";
            port.Name = i % 2 == 0 ? null : $"n{i}";
            port.PhysicalNetwork = i % 3 == 0 ? null : "net";
            port.PxeEnabled = i % 2 == 0;
            await storage.Ports.InsertAsync(port, node, default);
        }

        foreach (var sortKey in PortStore.Columns.All.Select(c => c.Name).Append("id"))
        {
            foreach (var descending in new[] { false, true })
            {
                var order = new PageQuery { Limit = 100, SortKey = sortKey, Descending = descending };
                var whole = (await storage.Ports.ListAsync(new PortQuery { Page = order }, default))!.Select(p => p.Uuid).ToList();
                var paged = new List<string>();
                while (paged.Count < 7)
                {
                    var page = await storage.Ports.ListAsync(new PortQuery { Page = order with { Limit = 2, Marker = paged.LastOrDefault() } }, default);
                    Assert.NotEmpty(page!);
                    paged.AddRange(page!.Select(p => p.Uuid));
                }

                Assert.Equal(whole, paged);
            }
        }
    }

    private static void Fill<T>(T row)
    {
        foreach (var property in typeof(T).GetProperties().Where(p => p.PropertyType == typeof(string) && p.Name is not ("Uuid" or "NodeUuid" or "PortgroupUuid")))
            property.SetValue(row, $"{{\"{property.Name}\": 12345678901234567890, \"ż\": 1e3}}");
        foreach (var property in typeof(T).GetProperties().Where(p => p.PropertyType == typeof(bool)))
            property.SetValue(row, !(bool)property.GetValue(row)!);
    }

    private static async Task ExpectAsync(TestStorage storage, PortQuery query, params PortRow[] expected)
    {
        var found = (await storage.Ports.ListAsync(query with { Page = new PageQuery { Limit = 10 } }, default))!;
        Assert.Equal(expected.Select(p => (p.Uuid, p.Address)), found.Select(p => (p.Uuid, p.Address)));
        if (!query.SummaryOnly)
            Assert.Equal(expected.Select(p => (p.NodeUuid, p.PortgroupUuid)), found.Select(p => (p.NodeUuid, p.PortgroupUuid)));
    }

    private static async Task<NodeRow> InsertNodeAsync(TestStorage storage, Action<NodeRow>? change = null)
    {
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow };
        change?.Invoke(node);
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        return node;
    }

    private static PortRow NewPort(TestStorage storage, NodeRow node) =>
        new() { Uuid = Guid.NewGuid().ToString(), CreatedAt = storage.Clock.UtcNow, NodeId = node.Id, NodeUuid = node.Uuid, Address = "52:54:00:00:00:00" };

    private static PortgroupRow NewPortgroup(TestStorage storage, NodeRow node) =>
        new() { Uuid = Guid.NewGuid().ToString(), CreatedAt = storage.Clock.UtcNow, NodeId = node.Id, NodeUuid = node.Uuid, Mode = "802.3ad" };
}
