using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>A volume that a request asks for.</summary>
internal sealed record VolumePlan(string? Name, string RaidType, long Capacity, IReadOnlyList<SimulatedDrive> Members)
{
    /// <exception cref="RedfishException">There cannot be such a volume.</exception>
    public static VolumePlan Read(RedfishRequest request, Storage storage)
    {
        var raidType = request.Word("RAIDType", Storage.RaidTypes) ?? FromVolumeType(request.Text("VolumeType")) ?? throw RedfishException.Missing("RAIDType");
        var drives = ReadDrives(request, storage);
        var (least, useful) = Storage.Describe(raidType)!.Value;
        if (drives.Count < least || (raidType == "RAID10" && drives.Count % 2 != 0))
            throw RedfishException.Invalid("Links/Drives", $"The number of drives for {raidType}");
        var room = (long)(drives.Min(drive => drive.Capacity) * useful(drives.Count));
        var capacity = ReadCapacity(request) ?? room;
        if (capacity <= 0 || capacity > room)
            throw RedfishException.Invalid("CapacityBytes", capacity.ToString(System.Globalization.CultureInfo.InvariantCulture));
        var plan = new VolumePlan(request.Text("Name") ?? request.Text("DisplayName"), raidType, capacity, drives);
        plan.CheckDrives(storage);
        return plan;
    }

    /// <exception cref="RedfishException">A drive is part of a volume.</exception>
    public void CheckDrives(Storage storage)
    {
        if (Members.FirstOrDefault(storage.IsUsed) is { } used)
            throw RedfishException.Conflict($"The drive {used.Id} is part of a volume.");
    }

    private static string? FromVolumeType(string? volumeType) => volumeType switch
    {
        null => null,
        "NonRedundant" => "RAID0",
        "Mirrored" => "RAID1",
        "StripedWithParity" => "RAID5",
        "SpannedMirrors" => "RAID10",
        _ => throw RedfishException.Invalid("VolumeType", volumeType),
    };

    private static long? ReadCapacity(RedfishRequest request) => request.Body["CapacityBytes"] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<long>(out var bytes) => bytes,
        _ => throw RedfishException.WrongType("CapacityBytes"),
    };

    private static List<SimulatedDrive> ReadDrives(RedfishRequest request, Storage storage)
    {
        // Services of before 2020 have the drives at the top.
        var links = (request.Body["Links"] as JsonObject)?["Drives"] as JsonArray ?? request.Body["Drives"] as JsonArray ?? throw RedfishException.Missing("Links/Drives");
        var drives = new List<SimulatedDrive>();
        foreach (var link in links)
        {
            var path = Json.TextOf((link as JsonObject)?["@odata.id"]) ?? throw RedfishException.WrongType("Links/Drives");
            var drive = storage.Drives.FirstOrDefault(drive => path.EndsWith($"/{drive.Id}", StringComparison.Ordinal));
            if (drive is null || !path.Contains($"/{request.Server.Id}/", StringComparison.Ordinal) || drives.Contains(drive))
                throw RedfishException.Invalid("Links/Drives", path);
            drives.Add(drive);
        }

        return drives;
    }
}
