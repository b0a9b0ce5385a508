using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes inspection rules.</summary>
internal sealed class InspectionRuleStore(Database database, Clock clock)
{
    public static RowColumns<InspectionRuleRow> Columns { get; } = new("inspection_rules");

    private static readonly string SelectByUuid = $"SELECT id, {Columns.Join("")} FROM inspection_rules WHERE uuid = @uuid";

    public async Task<InspectionRuleRow?> FindAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<InspectionRuleRow>(SelectByUuid, new { uuid });
    }

    /// <summary>The page, or null when there is no rule with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<InspectionRuleRow>?> ListAsync(string? phase, PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<InspectionRuleRow>($"r.id, {Columns.Join("r.")}", "inspection_rules r", Columns, "r");
        select.WhereEqual("phase", phase);
        return await select.ReadAsync(connection, page);
    }

    /// <summary>Stores a new rule. <see cref="InspectionRuleRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">INSPECTION_RULE_ALREADY_EXISTS.</exception>
    public async Task InsertAsync(InspectionRuleRow rule, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        try
        {
            rule.Id = await write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(rule), write.Transaction);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is not null)
        {
            throw new IronicException(ErrorReason.InspectionRuleAlreadyExists, $"An inspection rule with UUID {rule.Uuid} already exists.");
        }

        await write.CommitAsync();
    }

    /// <summary>Changes a rule as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the rule as it is.</param>
    /// <returns>The rule after the change; null when there is none.</returns>
    public async Task<InspectionRuleRow?> ChangeAsync(string uuid, Action<InspectionRuleRow> change, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        var before = await write.Connection.QuerySingleOrDefaultAsync<InspectionRuleRow>($"{SelectByUuid} {database.ForUpdate}", new { uuid }, write.Transaction);
        if (before is null)
            return null;
        var after = before.Clone();
        change(after);
        after.UpdatedAt = clock.UtcNow;
        await Columns.UpdateAsync(write, before.Id, before, after);
        await write.CommitAsync();
        return after;
    }

    /// <summary>Removes a rule. False when there is none.</summary>
    public async Task<bool> DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync("DELETE FROM inspection_rules WHERE uuid = @uuid", new { uuid }) > 0;
    }
}
