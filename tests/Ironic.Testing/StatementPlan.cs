using System.Globalization;
using System.Text.Json;

namespace Ironic.Testing;

/// <summary>A statement that PostgreSQL has run, and how.</summary>
/// <param name="At">When it ended, in UTC, to the millisecond.</param>
/// <param name="Database">Where.</param>
/// <param name="Text">Its SQL.</param>
/// <param name="Scans">The tables that it read.</param>
public sealed record StatementPlan(DateTime At, string Database, string Text, IReadOnlyList<TableScan> Scans)
{
    private const string Marker = "  plan:\n";

    /// <summary>All rows that it looked at.</summary>
    public long RowsRead => Scans.Sum(scan => scan.RowsRead);

    /// <summary>A line of the server's log; null when it is about something else, or has not been written to its end yet.</summary>
    internal static StatementPlan? TryParse(string line)
    {
        if (!line.EndsWith('}'))
            return null;
        using var entry = JsonDocument.Parse(line);
        if (!entry.RootElement.TryGetProperty("message", out var message) || message.GetString() is not { } text || text.IndexOf(Marker, StringComparison.Ordinal) is var at && at < 0)
            return null;
        using var explained = JsonDocument.Parse(text.AsMemory(at + Marker.Length));
        var scans = new List<TableScan>();
        Collect(explained.RootElement.GetProperty("Plan"), scans);
        return new StatementPlan(
            DateTime.ParseExact(
                entry.RootElement.GetProperty("timestamp").GetString()!,
                "yyyy-MM-dd HH:mm:ss.fff 'UTC'",
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
            entry.RootElement.TryGetProperty("dbname", out var database) ? database.GetString()! : "",
            explained.RootElement.GetProperty("Query Text").GetString()!,
            scans);
    }

    public override string ToString() => $"{Text}{Environment.NewLine}  {string.Join("; ", Scans)}";

    private static void Collect(JsonElement node, List<TableScan> scans)
    {
        if (node.TryGetProperty("Relation Name", out var table) && node.TryGetProperty("Actual Loops", out var loops)
            && node.GetProperty("Node Type").GetString() is { } kind && kind.EndsWith("Scan", StringComparison.Ordinal))
        {
            var rows = Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter") + Number(node, "Rows Removed by Index Recheck");
            scans.Add(new TableScan(kind, table.GetString()!, node.TryGetProperty("Index Name", out var index) ? index.GetString() : null, (long)Math.Ceiling(rows * loops.GetDouble())));
        }

        if (node.TryGetProperty("Plans", out var parts))
        {
            foreach (var part in parts.EnumerateArray())
                Collect(part, scans);
        }

        static double Number(JsonElement node, string name) => node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
    }
}

/// <summary>How a statement read a table.</summary>
/// <param name="Kind"><c>Seq Scan</c>, <c>Index Scan</c>…</param>
/// <param name="Table">The table.</param>
/// <param name="Index">The index, if one was used.</param>
/// <param name="RowsRead">How many rows it looked at, those that it did not want included.</param>
public sealed record TableScan(string Kind, string Table, string? Index, long RowsRead)
{
    public override string ToString() => $"{Kind} of {Table}{(Index is null ? "" : $" by {Index}")}: {RowsRead} rows";
}
