using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Lists;

/// <summary>How a collection may be sorted and paged.</summary>
internal sealed class PageRules
{
    private readonly FrozenSet<string> _sortable;
    private readonly FrozenSet<string> _withoutOrder;

    private PageRules(IEnumerable<string> sortable, IEnumerable<string> withoutOrder)
    {
        _withoutOrder = withoutOrder.ToFrozenSet(StringComparer.Ordinal);
        _sortable = sortable.Where(c => !_withoutOrder.Contains(c)).Append("id").ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>What a collection can be sorted by.</summary>
    public IEnumerable<string> Sortable => _sortable;

    /// <summary>Sorts by the columns of a table.</summary>
    /// <param name="withoutOrder">Fields that hold JSON, which has no order.</param>
    public static PageRules For<TRow>(RowColumns<TRow> table, params string[] withoutOrder) => new(table.All.Select(c => c.Name), withoutOrder);

    /// <summary>Sorts by the columns of a table.</summary>
    /// <param name="hidden">Columns that are none to callers.</param>
    /// <param name="withoutOrder">Fields that hold JSON, which has no order.</param>
    public static PageRules For<TRow>(RowColumns<TRow> table, string[] hidden, string[] withoutOrder) =>
        new(table.All.Select(c => c.Name).Where(c => !hidden.Contains(c)), withoutOrder);

    /// <summary>The page that a request asks for.</summary>
    /// <param name="maximum">The longest page.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public PageQuery Read(int limit, string marker, string sortKey, string sortDirection, int maximum)
    {
        if (_withoutOrder.Contains(sortKey))
            throw Invalid($"The sort_key value {sortKey} is an invalid field for sorting");
        if (sortKey.Length > 0 && !_sortable.Contains(sortKey))
            throw Invalid($"The sort_key value \"{sortKey}\" is an invalid field for sorting");
        return new PageQuery
        {
            Limit = limit > 0 ? Math.Min(limit, maximum) : maximum,
            Marker = marker.Length == 0 ? null : NodeIdent.TryParseUuid(marker) ?? throw Invalid($"Expected UUID for marker: {marker}"),
            SortKey = sortKey.Length == 0 ? "id" : sortKey,
            Descending = sortDirection switch
            {
                "" or "asc" => false,
                "desc" => true,
                _ => throw Invalid($"Invalid sort direction: {sortDirection}. Acceptable values are 'asc' or 'desc'"),
            },
        };
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
