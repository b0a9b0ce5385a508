using Ironic.Testing;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Storage;

/// <summary>
/// What the system asks of PostgreSQL is served by indexes: no statement looks at more rows than its answer is made of, however many nodes
/// there are, and no answer takes a statement for each of its rows.
/// </summary>
[Collection(nameof(LargeSystemCollection))]
public sealed class QueryPlanTests(LargeSystem system, ITestOutputHelper output)
{
    // A page has at most 1,000 rows; each may come with its lock, two traits, its node and its group, and one row in ten is skipped.
    private const long MostRows = 10_000;

    // A list reads a marker and a page in two parts.
    private const int MostRepetitions = 4;

    private static readonly string Node = LargeInventory.Uuid("aa", 50_001);

    /// <summary>What reads or sorts a whole table, and why that is better than an index.</summary>
    private static readonly Dictionary<string, string> Exceptions = new()
    {
        ["/v1/shards"] = "counts the nodes of every shard",
        ["/v1/nodes?description_contains=row+99999"] = "looks for a part of a text",
    };

    [Fact]
    public async Task Every_statement_at_100000_nodes_is_served_by_an_index()
    {
        var since = DateTime.UtcNow;
        var requests = Lists().Concat(Items).ToList();
        foreach (var path in requests)
            await system.SendAsync("GET", path);
        await ChangeAsync();

        var plans = await system.ReadPlansAsync(since);
        output.WriteLine($"{plans.Count} statements, {plans.Select(entry => entry.Plan.Text).Distinct().Count()} different ones");
        Assert.True(plans.Count > requests.Count);
        var faults = plans.Where(entry => entry.Plan.RowsRead > MostRows && !Exceptions.ContainsKey(entry.Request))
            .DistinctBy(entry => entry.Plan.Text).Select(entry => $"{entry.Request} reads {entry.Plan.RowsRead} rows: {entry.Plan}").ToList();
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine + Environment.NewLine, faults));
        var repeated = plans.GroupBy(entry => (entry.Request, entry.Plan.Text)).Where(group => group.Key.Request.StartsWith("/v1/", StringComparison.Ordinal) && group.Count() > MostRepetitions)
            .Select(group => $"{group.Key.Request} runs {group.Count()} times: {group.Key.Text}").ToList();
        Assert.True(repeated.Count == 0, string.Join(Environment.NewLine, repeated));
    }

    private async Task ChangeAsync()
    {
        var stack = system.Stack;
        var created = (await system.SendAsync("POST", "/v1/nodes", new { driver = "fake-hardware", name = "new" })).Json.GetProperty("uuid").GetString()!;
        object[] Patch(string path) => [new { op = "add", path, value = "x" }];
        await system.SendAsync("PATCH", $"/v1/nodes/{created}", Patch("/extra/a"));
        await system.SendAsync("PUT", $"/v1/nodes/{created}/traits", new { traits = new[] { "CUSTOM_A" } });
        await system.SendAsync("PUT", $"/v1/nodes/{created}/maintenance", new { reason = "x" });
        await system.SendAsync("DELETE", $"/v1/nodes/{created}/maintenance");
        await system.SendAsync("POST", $"/v1/nodes/{created}/vendor_passthru?method=third_method_sync", new { bar = "meow" });
        await system.SendAsync("GET", $"/v1/nodes/{created}/vendor_passthru/methods");
        await system.SendAsync("PUT", $"/v1/nodes/{created}/states/provision", new { target = "manage" });
        await stack.WaitForNodeAsync(created, node => node.GetProperty("provision_state").GetString() == "manageable", "it is manageable");
        await system.SendAsync("PUT", $"/v1/nodes/{created}/states/power", new { target = "power on" });
        await stack.WaitUntilUnlockedAsync(created);
        var group = (await system.SendAsync("POST", "/v1/portgroups", new { node_uuid = created, name = "g" })).Json.GetProperty("uuid").GetString()!;
        var port = (await system.SendAsync("POST", "/v1/ports", new { node_uuid = created, address = "fe:54:00:00:00:01", portgroup_uuid = group })).Json.GetProperty("uuid").GetString()!;
        await system.SendAsync("PATCH", $"/v1/ports/{port}", Patch("/extra/a"));
        await system.SendAsync("PATCH", $"/v1/portgroups/{group}", Patch("/extra/a"));
        await system.SendAsync("DELETE", $"/v1/ports/{port}");
        await system.SendAsync("DELETE", $"/v1/portgroups/{group}");
        var chassis = (await system.SendAsync("POST", "/v1/chassis", new { description = "new" })).Json.GetProperty("uuid").GetString()!;
        await system.SendAsync("PATCH", $"/v1/chassis/{chassis}", Patch("/extra/a"));
        await system.SendAsync("DELETE", $"/v1/chassis/{chassis}");
        var allocation = (await system.SendAsync("POST", "/v1/allocations", new { name = "wanted", resource_class = "class-10" })).Json.GetProperty("uuid").GetString()!;
        await Eventually.ThatAsync(
            async () => (await stack.Rest.GetAsync($"/v1/allocations/{allocation}")).Json.GetProperty("state").GetString() != "allocating", TestStack.Limit, "it is allocated");
        await system.SendAsync("PATCH", $"/v1/allocations/{allocation}", Patch("/extra/a"));
        await system.SendAsync("DELETE", $"/v1/allocations/{allocation}");
        await system.SendAsync("DELETE", $"/v1/nodes/{created}");
    }

    private static IEnumerable<string> Lists()
    {
        var start = $"&marker={Node}";
        foreach (var list in (string[])["/v1/nodes?limit=1000", "/v1/nodes/detail?limit=1000", "/v1/nodes?include_children=true"])
        {
            yield return list;
            yield return list + start;
        }

        foreach (var filter in NodeFilters)
            yield return $"/v1/nodes?{filter}";
        foreach (var collection in (string[])["ports", "portgroups"])
        {
            yield return $"/v1/{collection}";
            yield return $"/v1/{collection}/detail?marker={LargeInventory.Uuid(collection == "ports" ? "ee" : "dd", 50_000)}";
            yield return $"/v1/{collection}?node={LargeInventory.NodeName(50_004)}";
        }

        yield return "/v1/ports?address=52:54:00:00:c3:51";
        yield return $"/v1/ports?portgroup={LargeInventory.Uuid("dd", 50_000)}";
        yield return "/v1/ports?shard=shard-7";
        yield return "/v1/ports?conductor_groups=group-7";
        yield return "/v1/portgroups?address=02:00:00:00:c3:50";
        yield return "/v1/portgroups?conductor_groups=group-7";
        yield return "/v1/chassis";
        yield return "/v1/chassis/detail";
        foreach (var filter in (string[])["", "resource_class=class-7", "state=active", "owner=owner-7", $"node={LargeInventory.NodeName(4)}"])
            yield return $"/v1/allocations?{filter}";
        yield return "/v1/deploy_templates?detail=true";
        yield return "/v1/runbooks?detail=true";
        yield return "/v1/inspection_rules?detail=true";
        foreach (var volume in (string[])["connectors", "targets"])
        {
            yield return $"/v1/volume/{volume}?detail=true";
            yield return $"/v1/volume/{volume}?node={LargeInventory.NodeName(50_004)}";
        }
        yield return "/v1/conductors";
        yield return "/v1/drivers";
    }

    private static string[] NodeFilters { get; } =
    [
        $"chassis_uuid={LargeInventory.Uuid("cc", 7)}",
        $"instance_uuid={LargeInventory.Uuid("bb", 50_001)}",
        "instance_name=instance-50001",
        "associated=true",
        "associated=false",
        "maintenance=true",
        "maintenance=false",
        "retired=true",
        "retired=false",
        "provision_state=available",
        "above_sla=true",
        "above_sla=false",
        "provision_state=clean failed".Replace(" ", "%20", StringComparison.Ordinal),
        "provision_state=manageable",
        "driver=example",
        "driver=fake-hardware",
        "resource_class=class-7",
        "fault=power%20failure",
        "conductor_group=group-7",
        "owner=owner-7",
        "lessee=lessee-7",
        "project=owner-7",
        "shard=shard-7",
        "shard=shard-7,shard-8",
        "sharded=true",
        "sharded=false",
        $"parent_node={LargeInventory.Uuid("aa", 499)}",
        "description_contains=row+99999",
    ];

    private static string[] Items { get; } =
    [
        $"/v1/nodes/{Node}",
        $"/v1/nodes/{LargeInventory.NodeName(50_001)}",
        $"/v1/nodes/{Node}/states",
        $"/v1/nodes/{Node}/traits",
        $"/v1/nodes/{Node}/history",
        $"/v1/nodes/{Node}/bios",
        $"/v1/nodes/{Node}/firmware",
        $"/v1/nodes/{Node}/children",
        $"/v1/nodes/{Node}/ports",
        $"/v1/nodes/{Node}/portgroups",
        $"/v1/nodes/{LargeInventory.NodeName(50_002)}/allocation",
        $"/v1/ports/{LargeInventory.Uuid("ee", 50_001)}",
        $"/v1/portgroups/{LargeInventory.Uuid("dd", 50_000)}",
        $"/v1/portgroups/{LargeInventory.Uuid("dd", 50_000)}/ports",
        $"/v1/chassis/{LargeInventory.Uuid("cc", 7)}",
        $"/v1/chassis/{LargeInventory.Uuid("cc", 7)}/nodes",
        $"/v1/allocations/{LargeInventory.Uuid("ff", 1)}",
        $"/v1/deploy_templates/{LargeInventory.Uuid("99", 7)}",
        "/v1/drivers/fake-hardware",
        "/v1/shards",
        $"/v1/nodes/{Node}/volume/connectors?detail=true",
        $"/v1/nodes/{Node}/volume/targets?detail=true",
    ];
}
