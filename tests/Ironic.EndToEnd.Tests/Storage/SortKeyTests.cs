using System.Diagnostics;
using Npgsql;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Storage;

/// <summary>What lists can be sorted by: a page is read along an index, but for the keys that are named here.</summary>
[Collection(nameof(LargeSystemCollection))]
public sealed class SortKeyTests(LargeSystem system, ITestOutputHelper output)
{
    // A page has at most 1,000 rows; each may come with its lock, two traits, its node and its group.
    private const long MostRows = 10_000;

    private const string NodeNumber = "is no field that anybody sees; PostgreSQL merges the list with the nodes, and reads those of all pages before";

    /// <summary>The lists, their tables, and a row in the middle.</summary>
    private static readonly (string Path, string Table, string Marker)[] Lists =
    [
        ("/v1/nodes", "nodes", LargeInventory.Uuid("aa", 50_001)),
        ("/v1/ports", "ports", LargeInventory.Uuid("ee", 50_001)),
        ("/v1/portgroups", "portgroups", LargeInventory.Uuid("dd", 50_000)),
        ("/v1/chassis", "chassis", LargeInventory.Uuid("cc", 1_000)),
        ("/v1/allocations", "allocations", LargeInventory.Uuid("ff", 50_002)),
        ("/v1/deploy_templates", "deploy_templates", LargeInventory.Uuid("99", 1_000)),
        ("/v1/volume/connectors", "volume_connectors", LargeInventory.Uuid("88", 50_000)),
        ("/v1/volume/targets", "volume_targets", LargeInventory.Uuid("77", 50_000)),
    ];

    /// <summary>Keys for which the whole table is read and sorted. Ironic accepts them, so they are accepted here, too.</summary>
    private static readonly (string List, string Reason, string[] Keys)[] Unindexed =
    [
        (
            "/v1/nodes",
            "changes with writes that change nothing that has an index; PostgreSQL would have to write all indexes of the node with each of them",
            ["updated_at", "power_state", "target_power_state", "target_provision_state", "last_error", "boot_mode", "secure_boot", "console_enabled", "health",
             "inspection_started_at", "inspection_finished_at", "maintenance", "maintenance_reason", "fault"]),
        (
            "/v1/nodes",
            "has few values, or texts for people; nobody reads long lists by it, and its index would be written with every new node and every change of a state",
            ["description", "automated_clean", "protected", "protected_reason", "retired", "retired_reason", "disable_power_off", "allocation_uuid",
             "bios_interface", "boot_interface", "console_interface", "deploy_interface", "firmware_interface", "inspect_interface", "management_interface", "network_interface",
             "power_interface", "raid_interface", "rescue_interface", "storage_interface", "vendor_interface"]),
        ("/v1/allocations", "may be longer than an entry of an index", ["last_error"]),
        ("/v1/portgroups", NodeNumber, ["node_id"]),
        ("/v1/volume/connectors", NodeNumber, ["node_id"]),
        ("/v1/volume/targets", NodeNumber, ["node_id"]),
    ];

    [Fact]
    public async Task Every_key_has_its_index_or_its_reason()
    {
        var since = DateTime.UtcNow;
        var reasons = Unindexed.SelectMany(entry => entry.Keys.Select(key => (entry.List, key))).ToHashSet();
        var keys = new Dictionary<string, (string List, string Key)>();
        foreach (var (path, table, marker) in Lists)
        {
            var accepted = 0;
            foreach (var key in await ReadColumnsAsync(table))
            {
                if (!await IsAcceptedAsync(path, key))
                    continue;
                accepted++;
                // What is slow need not be shown to be slow in all ways.
                foreach (var page in (string[])[$"sort_dir=desc&marker={marker}", .. reasons.Contains((path, key)) ? [] : (string[])["sort_dir=asc", "sort_dir=desc", $"sort_dir=asc&marker={marker}"]])
                {
                    var request = $"{path}?limit=1000&sort_key={key}&{page}";
                    keys[request] = (path, key);
                    await system.SendAsync("GET", request);
                }
            }

            Assert.True(accepted >= 5, $"{path} accepts {accepted} keys");
        }

        var read = (await system.ReadPlansAsync(since)).Where(entry => keys.ContainsKey(entry.Request))
            .GroupBy(entry => keys[entry.Request])
            .ToDictionary(group => group.Key, group => group.MaxBy(entry => entry.Plan.RowsRead).Plan);
        Assert.Equal(keys.Values.ToHashSet(), read.Keys.ToHashSet());
        var without = read.Where(entry => entry.Value.RowsRead > MostRows).ToDictionary();
        var faults = without.Where(entry => !reasons.Contains(entry.Key)).Select(entry => $"{entry.Key} reads {entry.Value.RowsRead} rows: {entry.Value}").ToList();
        Assert.True(faults.Count == 0, string.Join(Environment.NewLine + Environment.NewLine, faults));
        Assert.Equal([], reasons.Where(key => !without.ContainsKey(key)).Select(key => $"{key} has an index, or is no key; it needs no reason"));
        await WriteCostAsync();
    }

    private async Task<bool> IsAcceptedAsync(string path, string key)
    {
        var answer = await system.TrySendAsync("GET", $"{path}?limit=1&sort_key={key}");
        if (answer.Status == 200)
            return true;
        Assert.Contains("is an invalid field for sorting", answer.AssertError(400), StringComparison.Ordinal);
        return false;
    }

    private async Task<IReadOnlyList<string>> ReadColumnsAsync(string table)
    {
        await using var source = NpgsqlDataSource.Create(system.Database);
        await using var command = source.CreateCommand("SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position");
        command.Parameters.AddWithValue(table);
        await using var reader = await command.ExecuteReaderAsync();
        var columns = new List<string>();
        while (await reader.ReadAsync())
            columns.Add(reader.GetString(0));
        return columns;
    }

    // For the operator's guide; a time is no property of the code.
    private async Task WriteCostAsync()
    {
        foreach (var key in (string[])["created_at", "updated_at"])
        {
            var since = Stopwatch.StartNew();
            await system.SendAsync("GET", $"/v1/nodes?limit=1000&sort_key={key}");
            output.WriteLine($"A page of 1,000 nodes by {key}: {since.ElapsedMilliseconds} ms");
        }
    }
}
