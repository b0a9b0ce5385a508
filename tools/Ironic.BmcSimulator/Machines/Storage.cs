namespace Ironic.BmcSimulator.Machines;

/// <summary>A disk of a machine.</summary>
internal sealed class SimulatedDrive(string id, string model, string serial, string mediaType, string protocol, long capacity)
{
    public string Id => id;

    public string Model => model;

    public string Serial => serial;

    public string MediaType => mediaType;

    public string Protocol => protocol;

    public long Capacity => capacity;

    public string Indicator { get; set; } = "Off";

    public string Health { get; set; } = "OK";
}

/// <summary>Something that the RAID controller shows as one disk.</summary>
internal sealed record SimulatedVolume(string Id, string Name, string RaidType, long Capacity, IReadOnlyList<SimulatedDrive> Drives);

/// <summary>The RAID controller of a machine, with its drives and volumes.</summary>
internal sealed class Storage
{
    public const string ControllerId = "RAID.1";

    private readonly List<SimulatedVolume> _volumes = [];
    private int _made;

    public Storage(int server)
    {
        Drives = [.. Enumerable.Range(0, 4).Select(index => new SimulatedDrive(
            $"Disk.{index}",
            index < 2 ? "SSD-960" : "HDD-4T",
            $"D{server:D6}{index}",
            index < 2 ? "SSD" : "HDD",
            index < 2 ? "SATA" : "SAS",
            index < 2 ? 960_197_124_096 : 4_000_787_030_016))];
    }

    public IReadOnlyList<SimulatedDrive> Drives { get; }

    public IReadOnlyList<SimulatedVolume> Volumes => _volumes;

    public string Indicator { get; set; } = "Off";

    /// <summary>How many drives a volume of a type needs, and for how many of them it has room; null: there is no such type.</summary>
    public static (int Least, Func<int, double> Useful)? Describe(string raidType) => raidType switch
    {
        "RAID0" => (1, count => count),
        "RAID1" => (2, _ => 1),
        "RAID5" => (3, count => count - 1),
        "RAID6" => (4, count => count - 2),
        "RAID10" => (4, count => count / 2.0),
        _ => null,
    };

    public static readonly IReadOnlyList<string> RaidTypes = ["RAID0", "RAID1", "RAID5", "RAID6", "RAID10"];

    public bool IsUsed(SimulatedDrive drive) => _volumes.Any(volume => volume.Drives.Contains(drive));

    public SimulatedVolume Add(string? name, string raidType, long capacity, IReadOnlyList<SimulatedDrive> drives)
    {
        var id = (++_made).ToString(System.Globalization.CultureInfo.InvariantCulture);
        var volume = new SimulatedVolume(id, name ?? $"Volume {id}", raidType, capacity, drives);
        _volumes.Add(volume);
        return volume;
    }

    public bool Remove(string id) => _volumes.RemoveAll(volume => volume.Id == id) > 0;
}
