using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteNodeListingTests : NodeListingTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresNodeListingTests(PostgresFixture postgres) : NodeListingTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class NodeListingTests
{
    private static readonly string Chassis = "5f000000-0000-4000-8000-00000000000c";

    private protected abstract Task<TestStorage> OpenAsync();

    [Theory]
    [InlineData("id", false)]
    [InlineData("id", true)]
    [InlineData("name", false)]
    [InlineData("name", true)]
    [InlineData("resource_class", false)]
    [InlineData("resource_class", true)]
    [InlineData("maintenance", false)]
    [InlineData("created_at", true)]
    [InlineData("provision_updated_at", false)]
    [InlineData("provision_updated_at", true)]
    public async Task Pages_of_any_size_have_every_node_once_in_order(string sortKey, bool descending)
    {
        await using var storage = await OpenAsync();
        for (var i = 0; i < 11; i++)
        {
            await InsertAsync(storage, n =>
            {
                n.Name = i % 3 == 0 ? null : $"n{17 * i % 11:00}";
                n.ResourceClass = i % 4 == 0 ? null : $"class{i % 2}";
                n.Maintenance = i % 2 == 0;
                n.ProvisionUpdatedAt = i % 3 == 1 ? storage.Clock.UtcNow.AddSeconds(-i) : null;
            });
        }

        var whole = await PageAsync(storage, new NodeQuery { Page = new PageQuery { Limit = 100, SortKey = sortKey, Descending = descending } });
        Assert.Equal(11, whole.Count);
        foreach (var size in new[] { 1, 2, 3, 5 })
        {
            var paged = new List<string>();
            string? marker = null;
            while (true)
            {
                var page = await PageAsync(storage, new NodeQuery { Page = new PageQuery { Limit = size, SortKey = sortKey, Descending = descending, Marker = marker } });
                paged.AddRange(page);
                if (page.Count < size)
                    break;
                marker = page[^1];
            }

            Assert.Equal(whole, paged);
        }

        if (sortKey is "name" or "resource_class" or "provision_updated_at")
        {
            var rows = (await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 100, SortKey = sortKey, Descending = descending } }, default))!;
            var keys = rows.Select(r => sortKey switch { "name" => r.Name, "resource_class" => r.ResourceClass, _ => (object?)r.ProvisionUpdatedAt }).ToList();
            Assert.Null(descending ? keys[^1] : keys[0]);
            Assert.NotNull(descending ? keys[0] : keys[^1]);
        }
    }

    [Fact]
    public async Task Each_filter_finds_what_it_says()
    {
        await using var storage = await OpenAsync();
        var instance = Guid.NewGuid().ToString();
        await storage.Chassis.InsertAsync(new ChassisRow { Uuid = Chassis, CreatedAt = storage.Clock.UtcNow }, default);
        await InsertAsync(storage, n => (n.Name, n.InstanceUuid, n.Owner, n.InstanceName) = ("associated", instance, "alice", "web"));
        await InsertAsync(storage, n => (n.Name, n.Maintenance, n.Lessee, n.Shard, n.Fault) = ("maintained", true, "alice", "east", "power failure"));
        await InsertAsync(storage, n => (n.Name, n.Retired, n.Shard, n.Description) = ("retired", true, "west", "Old Rack"));
        await InsertAsync(storage, n => (n.Name, n.ProvisionState, n.Driver, n.ResourceClass, n.ConductorGroup, n.ChassisUuid) = ("odd", "active", "ipmi", "gold", "g", Chassis));
        var parent = await InsertAsync(storage, n => n.Name = "parent");
        await InsertAsync(storage, n => (n.Name, n.ParentNode) = ("child", parent.Uuid));

        await ExpectAsync(storage, new NodeQuery { Associated = true }, "associated");
        await ExpectAsync(storage, new NodeQuery { Associated = false }, "maintained", "odd", "parent", "retired");
        await ExpectAsync(storage, new NodeQuery { InstanceUuid = instance }, "associated");
        await ExpectAsync(storage, new NodeQuery { InstanceName = "web" }, "associated");
        await ExpectAsync(storage, new NodeQuery { Maintenance = true }, "maintained");
        await ExpectAsync(storage, new NodeQuery { Fault = "power failure" }, "maintained");
        await ExpectAsync(storage, new NodeQuery { Retired = true }, "retired");
        await ExpectAsync(storage, new NodeQuery { ProvisionState = "active" }, "odd");
        await ExpectAsync(storage, new NodeQuery { Driver = "ipmi" }, "odd");
        await ExpectAsync(storage, new NodeQuery { ResourceClass = "gold" }, "odd");
        await ExpectAsync(storage, new NodeQuery { ConductorGroup = "g" }, "odd");
        await ExpectAsync(storage, new NodeQuery { ChassisUuid = Chassis }, "odd");
        await ExpectAsync(storage, new NodeQuery { Owner = "alice" }, "associated");
        await ExpectAsync(storage, new NodeQuery { Lessee = "alice" }, "maintained");
        await ExpectAsync(storage, new NodeQuery { Project = "alice" }, "associated", "maintained");
        await ExpectAsync(storage, new NodeQuery { DescriptionContains = "old ra" }, "retired");
        await ExpectAsync(storage, new NodeQuery { Shards = ["east", "north"] }, "maintained");
        await ExpectAsync(storage, new NodeQuery { Shards = ["east", "west"] }, "maintained", "retired");
        await ExpectAsync(storage, new NodeQuery { Sharded = false }, "associated", "odd", "parent");
        await ExpectAsync(storage, new NodeQuery { ParentNode = parent.Uuid }, "child");
        await ExpectAsync(storage, new NodeQuery { IncludeChildren = true }, "associated", "child", "maintained", "odd", "parent", "retired");

        await InsertAsync(storage, n => (n.Name, n.ProvisionState, n.ProvisionUpdatedAt) = ("slow", "deploying", storage.Clock.UtcNow - TimeSpan.FromHours(2)));
        await InsertAsync(storage, n => (n.Name, n.ProvisionState, n.CreatedAt, n.ProvisionUpdatedAt) = ("slower", "cleaning", storage.Clock.UtcNow - TimeSpan.FromHours(4), null));
        StateSince[] limits = [new("deploying", storage.Clock.UtcNow - TimeSpan.FromHours(1)), new("cleaning", storage.Clock.UtcNow - TimeSpan.FromHours(3)), new("active", storage.Clock.UtcNow - TimeSpan.FromHours(1))];
        await ExpectAsync(storage, new NodeQuery { AboveSla = true, StateLimits = limits }, "slow", "slower");
        await ExpectAsync(storage, new NodeQuery { AboveSla = true, StateLimits = limits[..1] }, "slow");
        await ExpectAsync(storage, new NodeQuery { AboveSla = true }, []);
        await ExpectAsync(storage, new NodeQuery { AboveSla = false, StateLimits = limits }, "associated", "maintained", "odd", "parent", "retired");
        await ExpectAsync(storage, new NodeQuery { AboveSla = false }, "associated", "maintained", "odd", "parent", "retired", "slow", "slower");
    }

    [Fact]
    public async Task A_marker_that_no_node_has_is_told_from_an_empty_page()
    {
        await using var storage = await OpenAsync();
        var node = await InsertAsync(storage, _ => { });
        Assert.Null(await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 1, Marker = Guid.NewGuid().ToString() } }, default));
        Assert.Empty((await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 1, Marker = node.Uuid } }, default))!);
    }

    [Fact]
    public async Task The_summary_reads_what_a_summary_shows()
    {
        await using var storage = await OpenAsync();
        await InsertAsync(storage, n => (n.Name, n.Extra) = ("one", "{\"a\": 1}"));
        var row = Assert.Single((await storage.Listing.ListAsync(new NodeQuery { Page = new PageQuery { Limit = 1 }, SummaryOnly = true }, default))!);
        Assert.Equal(("one", "enroll", "fake-hardware", null), (row.Name, row.ProvisionState, row.Driver, row.Extra));
    }

    private static async Task<NodeRow> InsertAsync(TestStorage storage, Action<NodeRow> change)
    {
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = storage.Clock.UtcNow };
        change(node);
        await storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        return node;
    }

    private static async Task<List<string>> PageAsync(TestStorage storage, NodeQuery query) =>
        [.. (await storage.Listing.ListAsync(query, default))!.Select(n => n.Uuid)];

    private static async Task ExpectAsync(TestStorage storage, NodeQuery query, params string[] names) =>
        Assert.Equal(names, (await storage.Listing.ListAsync(query with { Page = new PageQuery { Limit = 100 } }, default))!.Select(n => n.Name).Order());
}
