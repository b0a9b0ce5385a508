namespace Ironic.Conductor.Storage;

/// <summary>Which part of a list is read, and in which order.</summary>
internal sealed record PageQuery
{
    /// <summary>Rows at most.</summary>
    public int Limit { get; init; }

    /// <summary>UUID of the last row of the page before.</summary>
    public string? Marker { get; init; }

    /// <summary>A column of the listed table.</summary>
    public string SortKey { get; init; } = "id";

    public bool Descending { get; init; }
}
