using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes deploy templates.</summary>
internal sealed class DeployTemplateStore(Database database, Clock clock) : ResourceStore<DeployTemplateRow>(database, clock, Columns)
{
    public static RowColumns<DeployTemplateRow> Columns { get; } = new("deploy_templates", nameof(DeployTemplateRow.Description));

    public Task<DeployTemplateRow?> FindByNameAsync(string name, CancellationToken cancellationToken) => FindAsync("name", name, cancellationToken);

    /// <summary>Those of the names that there are.</summary>
    public Task<IReadOnlyList<DeployTemplateRow>> ListByNamesAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters();
        return ReadAllAsync($"r.name IN ({SqlLists.Add(values, "name", names)})", cancellationToken, values);
    }

    /// <summary>The page, or null when there is no template with the UUID of the marker.</summary>
    public Task<IReadOnlyList<DeployTemplateRow>?> ListAsync(PageQuery page, CancellationToken cancellationToken) => ReadPageAsync(page, null, cancellationToken);

    protected override IronicException Duplicate(DeployTemplateRow row, string column) => column == "deploy_templates.name"
        ? new IronicException(ErrorReason.DuplicateName, $"A deploy template with name {row.Name} already exists.")
        : new IronicException(ErrorReason.DeployTemplateAlreadyExists, $"A deploy template with UUID {row.Uuid} already exists.");
}
