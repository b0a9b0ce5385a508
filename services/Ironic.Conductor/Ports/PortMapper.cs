using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Ports;

/// <summary>Ports as callers see them.</summary>
internal static class PortMapper
{
    public static Port ToApi(PortRow row, Microversion version)
    {
        var port = new Port
        {
            Uuid = row.Uuid,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
            Address = row.Address,
            NodeUuid = row.NodeUuid,
            Extra = ApiValues.Json(row.Extra),
            InternalInfo = ApiValues.Json(row.InternalInfo),
            PxeEnabled = row.PxeEnabled,
            LocalLinkConnection = ApiValues.Json(LocalLink.Shown(row.LocalLinkConnection, version)),
            IsSmartnic = row.IsSmartnic,
            AvailableForDynamicPortgroup = row.AvailableForDynamicPortgroup,
        };
        if (row.PortgroupUuid is not null)
            port.PortgroupUuid = row.PortgroupUuid;
        if (row.PhysicalNetwork is not null)
            port.PhysicalNetwork = row.PhysicalNetwork;
        if (row.Name is not null)
            port.Name = row.Name;
        if (row.Description is not null)
            port.Description = row.Description;
        if (row.Vendor is not null)
            port.Vendor = row.Vendor;
        if (row.Category is not null)
            port.Category = row.Category;
        return port;
    }
}
