using Ironic.Api.V1;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Portgroups;

/// <summary>Port groups as callers see them.</summary>
internal static class PortgroupMapper
{
    public static Portgroup ToApi(PortgroupRow row)
    {
        var portgroup = new Portgroup
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            NodeUuid = row.NodeUuid,
            Extra = ApiValues.Json(row.Extra),
            InternalInfo = ApiValues.Json(row.InternalInfo),
            StandalonePortsSupported = row.StandalonePortsSupported,
            Mode = row.Mode,
            Properties = ApiValues.Json(row.Properties),
            DynamicPortgroup = row.DynamicPortgroup,
        };
        if (row.Name is not null)
            portgroup.Name = row.Name;
        if (row.Address is not null)
            portgroup.Address = row.Address;
        if (row.PhysicalNetwork is not null)
            portgroup.PhysicalNetwork = row.PhysicalNetwork;
        if (row.Category is not null)
            portgroup.Category = row.Category;
        return portgroup;
    }
}
