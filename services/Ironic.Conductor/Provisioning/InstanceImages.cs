using System.Text.Json.Nodes;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Provisioning;

/// <summary>What kind of image an instance is made of.</summary>
internal static class InstanceImages
{
    /// <summary>Whether the image is that of a whole disk: the name of the member of driver_internal_info that says so.</summary>
    public const string IsWholeDisk = "is_whole_disk_image";

    /// <summary>Says what kind of image it is where the caller did not: one that comes with a kernel and a ramdisk is of a partition.</summary>
    public static void Complete(NodeRow node)
    {
        var info = JsonNode.Parse(node.InstanceInfo ?? "{}")!.AsObject();
        if (info["image_source"] is null)
            return;
        var isPartition = info["image_type"] is JsonValue given && given.TryGetValue<string>(out var type)
            ? type == "partition"
            : info["kernel"] is not null && info["ramdisk"] is not null;
        if (info["image_type"] is null)
        {
            info["image_type"] = isPartition ? "partition" : "whole-disk";
            node.InstanceInfo = info.ToJsonString(JsonTexts.Verbatim);
        }

        node.DriverInternalInfo = JsonTexts.With(node.DriverInternalInfo, new JsonObject { [IsWholeDisk] = !isPartition });
    }
}
