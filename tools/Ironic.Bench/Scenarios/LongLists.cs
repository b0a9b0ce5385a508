using System.Diagnostics;
using Ironic.Bench.Load;
using Npgsql;

namespace Ironic.Bench.Scenarios;

/// <summary>How long it takes to read long lists, page after page. Most of the nodes are copies that are written into the database itself.</summary>
/// <param name="rest">The REST API.</param>
/// <param name="database">Connection string of its database, which has a node and may be filled.</param>
internal sealed class LongLists(Uri rest, string database)
{
    public const string Kind = "paging";

    public const int Page = 1000;

    /// <summary>The nodes that are read by pages.</summary>
    public const int Walked = 10_000;

    /// <summary>The nodes among which two pages are compared.</summary>
    public const int All = 100_000;

    // Odd, so that there is a median; the first rounds are only to warm up.
    private const int Rounds = 15;
    private const int WarmUpRounds = 4;

    /// <summary>Fills the database, and measures.</summary>
    /// <exception cref="InvalidOperationException">A page was refused.</exception>
    public async Task<LongListTimes> MeasureAsync()
    {
        await using var source = NpgsqlDataSource.Create(database);
        await FillAsync(source, Walked);
        var markers = await ReadMarkersAsync(source);
        var summary = Median(await MeasureRoundsAsync([.. Pages("/v1/nodes", markers.Take(Walked / Page))]));
        var detail = Median(await MeasureRoundsAsync([.. Pages("/v1/nodes/detail", markers.Take(Walked / Page))]));
        await FillAsync(source, All);
        markers = await ReadMarkersAsync(source);
        // In turn, so that both meet the same moments of a machine that others use, too.
        var pages = Pages("/v1/nodes/detail", markers).ToList();
        var ends = await MeasureRoundsAsync([pages[0], pages[(All / Page) - 1]]);
        return new LongListTimes(summary, detail, Median(ends, 0), Median(ends, 1));
    }

    // The markers of the pages: none, and every last node of the page before.
    private static IEnumerable<string> Pages(string path, IEnumerable<string?> markers) =>
        markers.Select(marker => $"{path}?limit={Page}{(marker is null ? "" : $"&marker={marker}")}");

    private static async Task<IReadOnlyList<string?>> ReadMarkersAsync(NpgsqlDataSource source)
    {
        var markers = new List<string?> { null };
        await using var command = source.CreateCommand(
            $"SELECT uuid FROM (SELECT uuid, id, row_number() OVER (ORDER BY id) AS number FROM nodes) n WHERE number % {Page} = 0 ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            markers.Add(reader.GetString(0));
        return markers;
    }

    // Copies of the first node, which is enrolled and so left alone by everything that the conductor does by itself.
    private static async Task FillAsync(NpgsqlDataSource source, int nodes)
    {
        await using var columns = source.CreateCommand(
            "SELECT string_agg(column_name, ', ') FROM information_schema.columns WHERE table_name = 'nodes' AND column_name NOT IN ('id', 'uuid', 'name', 'instance_uuid')");
        var copied = (string)(await columns.ExecuteScalarAsync())!;
        foreach (var statement in (string[])[
            $"""
            INSERT INTO nodes (uuid, name, {copied})
            SELECT u.uuid, 'copy-' || u.uuid, {copied}
            FROM (SELECT * FROM nodes ORDER BY id LIMIT 1) n, (SELECT gen_random_uuid()::text AS uuid FROM generate_series(1, {nodes} - (SELECT count(*) FROM nodes))) u
            """,
            "INSERT INTO node_locks (node_id) SELECT id FROM nodes n WHERE NOT EXISTS (SELECT 1 FROM node_locks l WHERE l.node_id = n.id)",
            "VACUUM ANALYZE"])
        {
            await using var command = source.CreateCommand(statement);
            command.CommandTimeout = 300;
            await command.ExecuteNonQueryAsync();
        }
    }

    private async Task<IReadOnlyList<TimeSpan[]>> MeasureRoundsAsync(IReadOnlyList<string> pages)
    {
        using var connection = new HttpConnection(rest, new RequestCycle(pages.Select(page => HttpConnection.CreateRequest(rest, "GET", page))), 200);
        var rounds = new List<TimeSpan[]>();
        for (var round = 0; round < WarmUpRounds + Rounds; round++)
        {
            var times = new TimeSpan[pages.Count];
            for (var page = 0; page < pages.Count; page++)
            {
                var started = Stopwatch.GetTimestamp();
                if (!await connection.RequestAsync())
                    throw new InvalidOperationException($"{pages[page]} was refused");
                times[page] = Stopwatch.GetElapsedTime(started);
            }

            if (round >= WarmUpRounds)
                rounds.Add(times);
        }

        return rounds;
    }

    private static TimeSpan Median(IReadOnlyList<TimeSpan[]> rounds, int? page = null) =>
        rounds.Select(times => page is { } index ? times[index] : new TimeSpan(times.Sum(time => time.Ticks))).Order().ElementAt(Rounds / 2);
}

/// <summary>Medians of <see cref="LongLists"/>.</summary>
/// <param name="Walk">Of <see cref="LongLists.Walked"/> nodes, all pages together.</param>
/// <param name="DetailWalk">The same in detail.</param>
/// <param name="First">Of the first page in detail among <see cref="LongLists.All"/> nodes.</param>
/// <param name="Last">Of the last one.</param>
internal sealed record LongListTimes(TimeSpan Walk, TimeSpan DetailWalk, TimeSpan First, TimeSpan Last);
