using System.Data.Common;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Reads and writes chassis.</summary>
internal sealed class ChassisStore(Database database, Clock clock) : ResourceStore<ChassisRow>(database, clock, Columns)
{
    public static RowColumns<ChassisRow> Columns { get; } = new("chassis");

    /// <summary>The page, or null when there is no chassis with the UUID of the marker.</summary>
    public Task<IReadOnlyList<ChassisRow>?> ListAsync(PageQuery page, CancellationToken cancellationToken) => ReadPageAsync(page, null, cancellationToken);

    /// <summary>Removes a chassis. False when there is none.</summary>
    /// <exception cref="IronicException">CHASSIS_NOT_EMPTY.</exception>
    public override async Task<bool> DeleteAsync(string uuid, CancellationToken cancellationToken)
    {
        try
        {
            return await base.DeleteAsync(uuid, cancellationToken);
        }
        catch (DbException e) when (Database.IsReferenceViolation(e))
        {
            throw new IronicException(ErrorReason.ChassisNotEmpty, $"Cannot complete the requested action because chassis {uuid} contains nodes.");
        }
    }

    protected override IronicException Duplicate(ChassisRow row, string column) =>
        new(ErrorReason.ChassisAlreadyExists, $"A chassis with UUID {row.Uuid} already exists.");
}
