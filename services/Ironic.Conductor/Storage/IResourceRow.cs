namespace Ironic.Conductor.Storage;

/// <summary>A row that a <see cref="ResourceStore{TRow}"/> keeps.</summary>
internal interface IResourceRow<TRow>
    where TRow : IResourceRow<TRow>
{
    /// <summary>The key that the database gives it.</summary>
    public long Id { get; set; }

    public string Uuid { get; }

    /// <summary>When it was last changed, in UTC; null when it never was.</summary>
    public DateTime? UpdatedAt { get; set; }

    /// <summary>A copy that later changes of this row do not reach.</summary>
    public TRow Clone();
}
