namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>Every call of gophercloud's packages of <c>openstack/baremetal/v1</c> that the service can answer with a success now.</summary>
internal static class GophercloudCalls
{
    public static readonly IReadOnlyList<GophercloudCall> All =
    [
        new("nodes.List", "GET nodes", 200, Result: GoShapes.Node, Collection: "nodes"),
        new("nodes.List with options", "GET nodes?associated=true&driver=fake-hardware&fields=uuid%2Cname&limit=2&maintenance=true&provision_state=deploy+failed&sort_dir=asc&sort_key=uuid", 200, Result: GoShapes.Node, Collection: "nodes"),
        new("nodes.ListDetail", "GET nodes/detail?limit=20", 200, Result: GoShapes.Node, Collection: "nodes"),
        new("nodes.Get", "GET nodes/{node}", 200, Result: GoShapes.Node),
        new("nodes.Get by name", "GET nodes/{name}", 200, Result: GoShapes.Node),
        new("nodes.Create", "POST nodes", 201, """{"driver": "fake-hardware", "name": "{new}", "driver_info": {"a": "b"}, "automated_clean": false, "properties": {"cpu_arch": "x86_64"}}""", GoShapes.Node),
        new("nodes.Update", "PATCH nodes/{node}", 200, """[{"op": "replace", "path": "/properties", "value": {"root_gb": 25}}]""", GoShapes.Node),
        new("nodes.Delete", "DELETE nodes/{node}", 204),
        new("nodes.Validate", "GET nodes/{node}/validate", 200, Result: GoShapes.Any),
        new("nodes.InjectNMI", "PUT nodes/{node}/management/inject_nmi", 204, "{}"),
        new("nodes.SetBootDevice", "PUT nodes/{node}/management/boot_device", 204, """{"boot_device": "pxe", "persistent": false}"""),
        new("nodes.GetBootDevice", "GET nodes/{node}/management/boot_device", 200, Result: GoShapes.BootDevice),
        new("nodes.GetSupportedBootDevices", "GET nodes/{node}/management/boot_device/supported", 200, Result: GoShapes.SupportedBootDevices),
        new("nodes.ChangeProvisionState manage", "PUT nodes/{node}/states/provision", 202, """{"target": "manage"}"""),
        new("nodes.ChangeProvisionState provide", "PUT nodes/{node}/states/provision", 202, """{"target": "provide"}""", State: "manageable"),
        new("nodes.ChangePowerState", "PUT nodes/{node}/states/power", 202, """{"target": "power on"}"""),
        new("nodes.ChangePowerState with a timeout", "PUT nodes/{node}/states/power", 202, """{"target": "soft power off", "timeout": 100}"""),
        new("nodes.SetRAIDConfig", "PUT nodes/{node}/states/raid", 204, """{"logical_disks": [{"size_gb": 100, "is_root_volume": true, "raid_level": "1"}, {"size_gb": "MAX", "raid_level": "1+0"}]}"""),
        new("nodes.ListBIOSSettings", "GET nodes/{node}/bios", 200, Result: GoShapes.Any, Collection: "bios"),
        new("nodes.ListBIOSSettings with details", "GET nodes/{node}/bios?detail=true", 200, Result: GoShapes.Any, Collection: "bios"),
        new("nodes.ListFirmware", "GET nodes/{node}/firmware", 200, Result: GoShapes.Any, Collection: "firmware"),
        new("nodes.ListVendorPassthruMethods", "GET nodes/{node}/vendor_passthru/methods", 200, Result: GoShapes.Any),
        new("nodes.SetMaintenance", "PUT nodes/{node}/maintenance", 202, """{"reason": "I'm tired"}"""),
        new("nodes.SetMaintenance without a reason", "PUT nodes/{node}/maintenance", 202, "{}"),
        new("nodes.UnsetMaintenance", "DELETE nodes/{node}/maintenance", 202),
        new("nodes.AttachVirtualMedia", "POST nodes/{node}/vmedia", 204, """{"device_type": "cdrom", "image_url": "https://192.0.2.7/image.iso", "image_download_source": "http"}"""),
        new("nodes.DetachVirtualMedia", "DELETE nodes/{node}/vmedia", 204),
        new("nodes.DetachVirtualMedia of devices", "DELETE nodes/{node}/vmedia?device_types=floppy%2Ccdrom", 204),
        new("nodes.ListVirtualInterfaces", "GET nodes/{node}/vifs", 200, Result: GoShapes.Any, Collection: "vifs"),
        new("nodes.AttachVirtualInterface", "POST nodes/{node}/vifs", 204, """{"id": "1974dcfa-836f-41b2-b541-686c100900e5"}"""),
        new("nodes.AttachVirtualInterface to a port", "POST nodes/{node}/vifs", 204, """{"id": "1974dcfa-836f-41b2-b541-686c100900e5", "port_uuid": "{port}"}"""),
        new("nodes.DetachVirtualInterface", "DELETE nodes/{node}/vifs/1974dcfa-836f-41b2-b541-686c100900e5", 204),

        new("ports.List", "GET ports", 200, Result: GoShapes.Port, Collection: "ports"),
        new("ports.List with options", "GET ports?address=52%3A54%3A00%3A00%3A00%3A01&fields=node_uuid%2Cuuid%2Caddress&node_uuid={node}", 200, Result: GoShapes.Port, Collection: "ports"),
        new("ports.ListDetail", "GET ports/detail", 200, Result: GoShapes.Port, Collection: "ports"),
        new("ports.Get", "GET ports/{port}", 200, Result: GoShapes.Port),
        new("ports.Create", "POST ports", 201, """{"node_uuid": "{node}", "address": "{address}", "pxe_enabled": false}""", GoShapes.Port),
        new("ports.Update", "PATCH ports/{port}", 200, """[{"op": "replace", "path": "/pxe_enabled", "value": false}]""", GoShapes.Port),
        // Unlike the nodes', a port's patch has a value that is null in every operation.
        new("ports.Update that removes", "PATCH ports/{port}", 200, """[{"op": "remove", "path": "/physical_network", "value": null}]""", GoShapes.Port),
        new("ports.Delete", "DELETE ports/{port}", 204),

        new("portgroups.List", "GET portgroups", 200, Result: GoShapes.Portgroup, Collection: "portgroups"),
        new("portgroups.List with options", "GET portgroups?detail=true&limit=3&node={node}&sort_key=uuid", 200, Result: GoShapes.Portgroup, Collection: "portgroups"),
        new("portgroups.Get", "GET portgroups/{portgroup}", 200, Result: GoShapes.Portgroup),
        new("portgroups.Create", "POST portgroups", 201, """{"node_uuid": "{node}", "address": "{address}", "name": "{new}", "mode": "802.3ad", "standalone_ports_supported": true, "properties": {"miimon": 100}, "extra": {"a": "b"}}""", GoShapes.Portgroup),
        new("portgroups.Delete", "DELETE portgroups/{portgroup}", 204),

        new("allocations.List", "GET allocations?limit=20&state=error", 200, Result: GoShapes.Allocation, Collection: "allocations"),
        new("allocations.Get", "GET allocations/{allocation}", 200, Result: GoShapes.Allocation),
        new("allocations.Create", "POST allocations", 201, """{"resource_class": "no-such-class", "name": "{new}", "traits": ["CUSTOM_A"], "extra": {"a": "b"}}""", GoShapes.Allocation),
        new("allocations.Delete", "DELETE allocations/{allocation}", 204),
        new("allocations.GetByNode", "GET nodes/{allocated}/allocation", 200, Result: GoShapes.Allocation),
        new("allocations.GetByNode with fields", "GET nodes/{allocated}/allocation?fields=name%2Cstate", 200, Result: GoShapes.Allocation),
        new("allocations.DeleteByNode", "DELETE nodes/{allocated}/allocation", 204),

        new("conductors.List", "GET conductors", 200, Result: GoShapes.Conductor, Collection: "conductors"),
        new("conductors.List with details", "GET conductors?detail=true", 200, Result: GoShapes.Conductor, Collection: "conductors"),
        new("conductors.Get", "GET conductors/conductor-1", 200, Result: GoShapes.Conductor),

        new("drivers.ListDrivers", "GET drivers", 200, Result: GoShapes.Driver, Collection: "drivers"),
        new("drivers.ListDrivers with options", "GET drivers?detail=true&type=dynamic", 200, Result: GoShapes.Driver, Collection: "drivers"),
        new("drivers.GetDriverDetails", "GET drivers/fake-hardware", 200, Result: GoShapes.Driver),
        new("drivers.GetDriverProperties", "GET drivers/fake-hardware/properties", 200, Result: GoShapes.Any),
        new("drivers.GetDriverDiskProperties", "GET drivers/fake-hardware/raid/logical_disk_properties", 200, Result: GoShapes.Any),
        new("drivers.ListVendorPassthruMethods", "GET drivers/fake-hardware/vendor_passthru/methods", 200, Result: GoShapes.Any),
    ];
}
