using System.Data.Common;
using Dapper;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes resources that belong to no node, so that no node's lock is needed to change one.</summary>
/// <param name="columns">The columns of its table, which is called <c>r</c> in every statement.</param>
/// <param name="alsoSelected">What is read with a row besides its columns.</param>
/// <param name="joins">The tables that this comes from.</param>
internal abstract class ResourceStore<TRow>(Database database, Clock clock, RowColumns<TRow> columns, string? alsoSelected = null, string? joins = null)
    where TRow : class, IResourceRow<TRow>
{
    private readonly string _columns = $"r.id, {columns.Join("r.")}{(alsoSelected is null ? "" : $", {alsoSelected}")}";

    private readonly string _from = $"{columns.Table} r {joins}";

    protected Database Database { get; } = database;

    private string Select => $"SELECT {_columns} FROM {_from}";

    public Task<TRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken) => FindAsync("uuid", uuid, cancellationToken);

    /// <summary>Stores a new row. Its <c>Id</c> is set.</summary>
    /// <exception cref="IronicException">As <see cref="Duplicate"/> says.</exception>
    public async Task InsertAsync(TRow row, CancellationToken cancellationToken)
    {
        await using var write = await Database.BeginWriteAsync(cancellationToken);
        try
        {
            row.Id = await write.Connection.ExecuteScalarAsync<long>(columns.Insert, columns.Values(row), write.Transaction);
        }
        catch (DbException e) when (Database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(row, column);
        }

        await write.CommitAsync();
    }

    /// <summary>Changes a row as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the row as it is.</param>
    /// <returns>The row after the change; null when there is none.</returns>
    /// <exception cref="IronicException">As <see cref="Duplicate"/> says.</exception>
    public async Task<TRow?> ChangeAsync(string uuid, Action<TRow> change, CancellationToken cancellationToken)
    {
        await using var write = await Database.BeginWriteAsync(cancellationToken);
        if (await HoldAsync(write, uuid) is not { } id)
            return null;
        var before = await write.Connection.QuerySingleAsync<TRow>($"{Select} WHERE r.id = @id", new { id }, write.Transaction);
        var after = before.Clone();
        change(after);
        after.UpdatedAt = clock.UtcNow;
        try
        {
            await columns.UpdateAsync(write, id, before, after);
        }
        catch (DbException e) when (Database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(after, column);
        }

        await write.CommitAsync();
        return after;
    }

    /// <summary>Removes a row. False when there is none.</summary>
    public virtual Task<bool> DeleteAsync(string uuid, CancellationToken cancellationToken) =>
        WriteAsync($"DELETE FROM {columns.Table} WHERE uuid = @uuid", new { uuid }, cancellationToken);

    /// <summary>The error of a row that has what only one may have.</summary>
    /// <param name="column">As <see cref="Storage.Database.ViolatedUniqueColumn"/> says it.</param>
    protected abstract IronicException Duplicate(TRow row, string column);

    /// <summary>The row with a value in a column of its table that is unique.</summary>
    protected async Task<TRow?> FindAsync(string column, object value, CancellationToken cancellationToken)
    {
        await using var connection = await Database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<TRow>($"{Select} WHERE r.{column} = @value", new { value });
    }

    /// <summary>The page, or null when there is no row with the UUID of the marker.</summary>
    /// <param name="narrow">Leaves rows out.</param>
    protected async Task<IReadOnlyList<TRow>?> ReadPageAsync(PageQuery page, Action<PagedSelect<TRow>>? narrow, CancellationToken cancellationToken)
    {
        await using var connection = await Database.OpenAsync(cancellationToken);
        var select = new PagedSelect<TRow>(_columns, _from, columns, "r");
        narrow?.Invoke(select);
        return await select.ReadAsync(connection, page);
    }

    /// <summary>All rows for which a condition on <c>r</c> holds, in the order of their creation.</summary>
    /// <param name="values">The condition's parameters; null: it has none.</param>
    protected async Task<IReadOnlyList<TRow>> ReadAllAsync(string condition, CancellationToken cancellationToken, object? values = null)
    {
        await using var connection = await Database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<TRow>($"{Select} WHERE {condition} ORDER BY r.id", values)).AsList();
    }

    /// <summary>Runs one command that changes or removes rows. False when it found none.</summary>
    protected async Task<bool> WriteAsync(string sql, object values, CancellationToken cancellationToken)
    {
        await using var write = await Database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync(sql, values) > 0;
    }

    /// <summary>
    /// The id of the row with a UUID, which stays locked until the transaction ends; null when there is none. Apart from the read: what a row is
    /// joined with must not be locked, and may be read only after the lock was waited for.
    /// </summary>
    protected Task<long?> HoldAsync(WriteTransaction write, string uuid) =>
        write.Connection.ExecuteScalarAsync<long?>($"SELECT id FROM {columns.Table} WHERE uuid = @uuid {Database.ForUpdate}", new { uuid }, write.Transaction);
}
