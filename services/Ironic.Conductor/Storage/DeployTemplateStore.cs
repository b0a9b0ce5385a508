using System.Data.Common;
using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes deploy templates.</summary>
internal sealed class DeployTemplateStore(Database database, Clock clock)
{
    public static RowColumns<DeployTemplateRow> Columns { get; } = new("deploy_templates", nameof(DeployTemplateRow.Description));

    private static readonly string Select = $"SELECT id, {Columns.Join("")} FROM deploy_templates";

    public Task<DeployTemplateRow?> FindByUuidAsync(string uuid, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE uuid = @key", uuid, cancellationToken);

    public Task<DeployTemplateRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync($"{Select} WHERE name = @key", name, cancellationToken);

    /// <summary>The page, or null when there is no template with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<DeployTemplateRow>?> ListAsync(PageQuery page, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await new PagedSelect<DeployTemplateRow>($"t.id, {Columns.Join("t.")}", "deploy_templates t", Columns, "t").ReadAsync(connection, page);
    }

    /// <summary>Stores a new template. <see cref="DeployTemplateRow.Id"/> is set.</summary>
    /// <exception cref="IronicException">DUPLICATE_NAME, DEPLOY_TEMPLATE_ALREADY_EXISTS.</exception>
    public async Task InsertAsync(DeployTemplateRow template, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        try
        {
            template.Id = await write.Connection.ExecuteScalarAsync<long>(Columns.Insert, Columns.Values(template), write.Transaction);
        }
        catch (DbException e) when (database.ViolatedUniqueColumn(e) is { } column)
        {
            throw Duplicate(column, template);
        }

        await write.CommitAsync();
    }

    /// <summary>Changes a template as it is at this moment: nobody else's change comes between reading and writing.</summary>
    /// <param name="change">Changes the row. What it throws leaves the template as it is.</param>
    /// <returns>The template after the change; null when there is none.</returns>
    /// <exception cref="IronicException">DUPLICATE_NAME.</exception>
    public async Task<DeployTemplateRow?> ChangeAsync(long id, Action<DeployTemplateRow> change, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        var before = await write.Connection.QuerySingleOrDefaultAsync<DeployTemplateRow>($"{Select} WHERE id = @id {database.ForUpdate}", new { id }, write.Transaction);
        if (before is null)
            return null;
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

    /// <summary>Removes a template. False when there is none.</summary>
    public async Task<bool> DeleteAsync(long id, CancellationToken cancellationToken)
    {
        await using var write = await database.OpenWriterAsync(cancellationToken);
        return await write.Connection.ExecuteAsync("DELETE FROM deploy_templates WHERE id = @id", new { id }) > 0;
    }

    private async Task<DeployTemplateRow?> FindAsync(string sql, string key, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<DeployTemplateRow>(sql, new { key });
    }

    private static IronicException Duplicate(string column, DeployTemplateRow template) => column == "deploy_templates.name"
        ? new IronicException(ErrorReason.DuplicateName, $"A deploy template with name {template.Name} already exists.")
        : new IronicException(ErrorReason.DeployTemplateAlreadyExists, $"A deploy template with UUID {template.Uuid} already exists.");
}
