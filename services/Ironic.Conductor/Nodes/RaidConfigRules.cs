using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Shapes;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>What a target RAID configuration may say, whatever the driver; what the words mean is in <see cref="Drivers.RaidProperties"/>.</summary>
internal static class RaidConfigRules
{
    private static readonly JsonShape Shape = JsonShape.Object(
        isOpen: false,
        new JsonShapeMember("logical_disks", JsonShape.ListOf(LogicalDisk(), minimumItems: 1), IsRequired: true));

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void Check(JsonElement config)
    {
        if (Shape.FindFault(config) is { } fault)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"RAID config validation error: {fault}");
        var roots = config.GetProperty("logical_disks").EnumerateArray().Count(disk => disk.TryGetProperty("is_root_volume", out var root) && root.GetBoolean());
        if (roots > 1)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Raid config cannot have more than one root volume. {roots} root volumes were specified");
    }

    private static JsonShape LogicalDisk() => JsonShape.Object(
        isOpen: false,
        new JsonShapeMember("raid_level", JsonShape.OneOf("JBOD", "0", "1", "2", "5", "6", "1+0", "5+0", "6+0"), IsRequired: true),
        new JsonShapeMember("size_gb", JsonShape.AnyOf(JsonShape.OneOf("MAX"), JsonShape.Integer(minimum: 1)), IsRequired: true),
        new JsonShapeMember("volume_name", JsonShape.Text),
        new JsonShapeMember("is_root_volume", JsonShape.Boolean),
        new JsonShapeMember("share_physical_disks", JsonShape.Boolean),
        new JsonShapeMember("disk_type", JsonShape.OneOf("hdd", "ssd")),
        new JsonShapeMember("interface_type", JsonShape.OneOf("sata", "scsi", "sas")),
        new JsonShapeMember("number_of_physical_disks", JsonShape.Integer(minimum: 1)),
        new JsonShapeMember("controller", JsonShape.Text),
        new JsonShapeMember("physical_disks", JsonShape.ListOf(JsonShape.Text), Needs: "controller"));
}
