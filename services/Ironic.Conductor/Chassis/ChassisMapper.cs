using Ironic.Conductor.Storage;
using ChassisResource = Ironic.Api.V1.Chassis;

namespace Ironic.Conductor.Chassis;

/// <summary>Chassis as callers see them.</summary>
internal static class ChassisMapper
{
    public static ChassisResource ToApi(ChassisRow row)
    {
        var chassis = new ChassisResource
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            Extra = ApiValues.Json(row.Extra),
        };
        if (row.Description is not null)
            chassis.Description = row.Description;
        return chassis;
    }
}
