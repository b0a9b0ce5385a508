using System.Data.Common;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>
/// A SELECT that is read in pages. A page begins after its marker by comparing the sort key and the id with the marker's, which an index
/// on both serves, so it costs the same wherever it is. Nulls sort first, as in MariaDB and SQLite; they are a part of the list of their
/// own, read by a statement of its own where a page reaches into both parts.
/// </summary>
/// <param name="columns">What is selected.</param>
/// <param name="from">The tables; the listed one is called <paramref name="alias"/>.</param>
/// <param name="table">The listed table's columns.</param>
/// <param name="alias">Its alias.</param>
internal sealed class PagedSelect<TRow>(string columns, string from, RowColumns<TRow> table, string alias)
{
    private readonly List<string> _conditions = [];
    private readonly DynamicParameters _values = new();

    /// <summary>Narrows the list.</summary>
    /// <param name="condition">SQL.</param>
    public void Where(string condition) => _conditions.Add(condition);

    /// <summary>Narrows the list.</summary>
    /// <param name="condition">SQL that names a parameter.</param>
    /// <param name="name">The parameter.</param>
    public void Where(string condition, string name, object? value)
    {
        _conditions.Add(condition);
        _values.Add(name, value);
    }

    /// <summary>Narrows the list.</summary>
    /// <param name="condition">Gives the SQL, and the parameters that it names.</param>
    public void Where(Func<DynamicParameters, string> condition) => Where(condition(_values));

    /// <summary>Narrows the list to rows with a value in a column; null does not.</summary>
    public void WhereEqual(string column, object? value)
    {
        if (value is not null)
            Where($"{alias}.{column} = @{column}", column, value);
    }

    /// <summary>Narrows the list to rows with one of some values in a column; an empty list, or none, does not.</summary>
    /// <param name="column">The column with its table's alias.</param>
    public void WhereIn(string column, IReadOnlyCollection<string>? values)
    {
        if (values is not { Count: > 0 })
            return;
        var names = SqlLists.Add(_values, $"{column[(column.IndexOf('.', StringComparison.Ordinal) + 1)..]}_", values);
        Where($"{column} IN ({names})");
    }

    /// <summary>A condition on the listed table, without an alias, that the row of the marker must fulfil, too.</summary>
    public string? MarkerCondition { get; init; }

    /// <summary>The page, or null when there is no row with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<TRow>?> ReadAsync(DbConnection connection, PageQuery page)
    {
        // A list must not fail because the row at its marker was changed; one that is gone has no place to go on from.
        Marker? marker = null;
        if (page.Marker is { } uuid)
        {
            _values.Add("marker_uuid", uuid);
            var also = MarkerCondition is null ? "" : $" AND {MarkerCondition}";
            var row = await connection.QuerySingleOrDefaultAsync(
                $"SELECT id AS marker_id, {page.SortKey} AS marker_key FROM {table.Table} WHERE uuid = @marker_uuid{also}", _values);
            if (row is null)
                return null;
            marker = new Marker((long)row.marker_id, (object?)row.marker_key);
            _values.Add("marker_id", marker.Id);
            _values.Add("marker_key", marker.Key);
        }

        var found = new List<TRow>();
        foreach (var part in Parts(page, marker))
        {
            _values.Add("limit", page.Limit - found.Count);
            found.AddRange(await connection.QueryAsync<TRow>(Sql(page, part), _values));
            if (found.Count == page.Limit)
                break;
        }

        return found;
    }

    private string Sql(PageQuery page, string part)
    {
        var conditions = part.Length == 0 ? _conditions : [.. _conditions, part];
        var where = conditions.Count == 0 ? "" : $" WHERE {string.Join(" AND ", conditions)}";
        var direction = page.Descending ? "DESC" : "ASC";
        var key = page.SortKey == "id" ? "" : $"{alias}.{page.SortKey} {direction}, ";
        return $"SELECT {columns} FROM {from}{where} ORDER BY {key}{alias}.id {direction} LIMIT @limit";
    }

    // The conditions of the list's parts from the marker on, in the order of the list.
    private IEnumerable<string> Parts(PageQuery page, Marker? marker)
    {
        var (column, beyond) = ($"{alias}.{page.SortKey}", page.Descending ? "<" : ">");
        if (page.SortKey == "id")
            return [marker is null ? "" : $"{alias}.id {beyond} @marker_id"];
        var afterKey = $"({column}, {alias}.id) {beyond} (@marker_key, @marker_id)";
        if (!table.IsNullable(page.SortKey))
            return [marker is null ? "" : afterKey];
        var (nulls, others) = ($"{column} IS NULL", $"{column} IS NOT NULL");
        var nullsAfterId = $"{nulls} AND {alias}.id {beyond} @marker_id";
        return (page.Descending, marker) switch
        {
            (false, null) => [nulls, others],
            (false, { Key: null }) => [nullsAfterId, others],
            (false, _) => [afterKey],
            (true, null) => [others, nulls],
            (true, { Key: null }) => [nullsAfterId],
            (true, _) => [afterKey, nulls],
        };
    }

    private sealed record Marker(long Id, object? Key);
}
