using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes chassis.</summary>
internal sealed class ChassisStore(Database database, Clock clock)
{
    public static RowColumns<ChassisRow> Columns { get; } = new("chassis");

    private static readonly string SelectByUuid = $"SELECT id, {Columns.Join("")} FROM chassis WHERE uuid = @uuid";

    public async Task<ChassisRow?> FindAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<ChassisRow>(SelectByUuid, new { uuid });
    }

    /// <summary>The page, or null when there is no chassis with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<ChassisRow>?> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await new PagedSelect<ChassisRow>($"c.id, {Columns.Join("c.")}", "chassis c", Columns, "c").ReadAsync(connection, page);
    }

    /// <summary>Stores a new chassis. <see cref="ChassisRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">CHASSIS_ALREADY_EXISTS.</exception>
    public async Task InsertAsync(ChassisRow chassis, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        try
        {
            chassis.Id = await write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(chassis), write.Transaction);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is not null)
        {
            throw new IronicException(ErrorReason.ChassisAlreadyExists, $"A chassis with UUID {chassis.Uuid} already exists.");
        }

        await write.CommitAsync();
    }

    /// <summary>Changes a chassis as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the chassis as it is.</param>
    /// <returns>The chassis after the change; null when there is none.</returns>
    public async Task<ChassisRow?> ChangeAsync(string uuid, Action<ChassisRow> change, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        var before = await write.Connection.QuerySingleOrDefaultAsync<ChassisRow>($"{SelectByUuid} {database.ForUpdate}", new { uuid }, write.Transaction);
        if (before is null)
            return null;
        var after = before.Clone();
        change(after);
        after.UpdatedAt = clock.UtcNow;
        await Columns.UpdateAsync(write, before.Id, before, after);
        await write.CommitAsync();
        return after;
    }

    /// <summary>Removes a chassis. False when there is none.</summary>
    /// <exception cref="IronicException">CHASSIS_NOT_EMPTY.</exception>
    public async Task<bool> DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        try
        {
            return await write.Connection.ExecuteAsync("DELETE FROM chassis WHERE uuid = @uuid", new { uuid }) > 0;
        }
        catch (DbException e) when (database.IsReferenceViolation(e))
        {
            throw new IronicException(ErrorReason.ChassisNotEmpty, $"Cannot complete the requested action because chassis {uuid} contains nodes.");
        }
    }
}
