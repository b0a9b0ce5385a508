using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes inspection rules.</summary>
internal sealed class InspectionRuleStore(Database database, Clock clock) : ResourceStore<InspectionRuleRow>(database, clock, Columns)
{
    public static RowColumns<InspectionRuleRow> Columns { get; } = new("inspection_rules");

    /// <summary>The page, or null when there is no rule with the UUID of the marker.</summary>
    public Task<IReadOnlyList<InspectionRuleRow>?> ListAsync(string? phase, PageQuery page, CancellationToken cancellationToken) =>
        ReadPageAsync(page, select => select.WhereEqual("phase", phase), cancellationToken);

    protected override IronicException Duplicate(InspectionRuleRow row, string column) =>
        new(ErrorReason.InspectionRuleAlreadyExists, $"An inspection rule with UUID {row.Uuid} already exists.");
}
