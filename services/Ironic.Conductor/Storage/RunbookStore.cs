using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes runbooks.</summary>
internal sealed class RunbookStore(Database database, Clock clock)
{
    public static RowColumns<RunbookRow> Columns { get; } = new("runbooks", nameof(RunbookRow.Traits));

    private static readonly string SelectColumns =
        $"r.id, {Columns.Join("r.")}, (SELECT string_agg(t.trait, ',' ORDER BY t.trait) FROM runbook_traits t WHERE t.runbook_id = r.id) AS traits";

    private static readonly string Select = $"SELECT {SelectColumns} FROM runbooks r";

    public Task<RunbookRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE r.uuid = @key", uuid, cancellationToken);

    public Task<RunbookRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE r.name = @key", name, cancellationToken);

    /// <summary>The page, or null when there is no runbook with the UUID of the marker.</summary>
    /// <param name="project">Only those that the project owns, and the public ones; null for all.</param>
    public async Task<IReadOnlyList<RunbookRow>?> ListAsync(string? project, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<RunbookRow>(SelectColumns, "runbooks r", Columns, "r");
        if (project is not null)
            select.Where("(r.owner = @project OR r.public)", "project", project);
        return await select.ReadAsync(connection, page);
    }

    /// <summary>Stores a new runbook. <see cref="RunbookRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">DUPLICATE_NAME, RUNBOOK_ALREADY_EXISTS.</exception>
    public async Task InsertAsync(RunbookRow runbook, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        try
        {
            runbook.Id = await write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(runbook), write.Transaction);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, runbook);
        }

        await write.CommitAsync();
    }

    /// <summary>Changes a runbook as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the runbook as it is.</param>
    /// <returns>The runbook after the change; null when there is none.</returns>
    /// <exception cref="IronicException">DUPLICATE_NAME.</exception>
    public async Task<RunbookRow?> ChangeAsync(long id, Action<RunbookRow> change, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        if (!await HoldAsync(write, id))
            return null;
        var before = await write.Connection.QuerySingleAsync<RunbookRow>($"{Select} WHERE r.id = @id", new { id }, write.Transaction);
        var after = before.Clone();
        change(after);
        after.UpdatedAt = clock.UtcNow;
        try
        {
            await Columns.UpdateAsync(write, id, before, after);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, after);
        }

        await write.CommitAsync();
        return after;
    }

    /// <summary>Removes a runbook with its traits. False when there is none.</summary>
    public async Task<bool> DeleteAsync(long id, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync("DELETE FROM runbooks WHERE id = @id", new { id }) > 0;
    }

    /// <summary>Replaces all traits. False when there is no such runbook.</summary>
    /// <param name="traits">Each once.</param>
    public async Task<bool> SetTraitsAsync(long id, IReadOnlyCollection<string> traits, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        if (!await HoldAsync(write, id))
            return false;
        await write.Connection.ExecuteAsync("DELETE FROM runbook_traits WHERE runbook_id = @id", new { id }, write.Transaction);
        foreach (var batch in traits.Chunk(500))
        {
            var values = new DynamicParameters(new { id });
            for (var index = 0; index < batch.Length; index++)
                values.Add("trait" + index, batch[index]);
            var rows = string.Join(", ", batch.Select((_, index) => $"(@id, @trait{index})"));
            await write.Connection.ExecuteAsync($"INSERT INTO runbook_traits (runbook_id, trait) VALUES {rows}", values, write.Transaction);
        }

        await write.CommitAsync();
        return true;
    }

    /// <summary>Adds a trait, unless the runbook has it. False when there is no such runbook.</summary>
    public async Task<bool> AddTraitAsync(long id, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        if (!await HoldAsync(write, id))
            return false;
        await write.Connection.ExecuteAsync(
            "INSERT INTO runbook_traits (runbook_id, trait) VALUES (@id, @trait) ON CONFLICT (runbook_id, trait) DO NOTHING", new { id, trait }, write.Transaction);
        await write.CommitAsync();
        return true;
    }

    public async Task RemoveTraitAsync(long id, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        await write.Connection.ExecuteAsync("DELETE FROM runbook_traits WHERE runbook_id = @id AND trait = @trait", new { id, trait });
    }

    // The row stays locked until the transaction ends. Apart from the read, as rows of an aggregation cannot be locked.
    private async Task<bool> HoldAsync(WriteTransaction write, long id) =>
        await write.Connection.ExecuteScalarAsync<long?>($"SELECT id FROM runbooks WHERE id = @id {database.ForUpdate}", new { id }, write.Transaction) is not null;

    private async Task<RunbookRow?> FindAsync(string sql, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<RunbookRow>(sql, new { key });
    }

    private static IronicException Duplicate(string column, RunbookRow runbook) => column == "runbooks.name"
        ? new IronicException(ErrorReason.DuplicateName, $"A runbook with name {runbook.Name} already exists.")
        : new IronicException(ErrorReason.RunbookAlreadyExists, $"A runbook with UUID {runbook.Uuid} already exists.");
}
