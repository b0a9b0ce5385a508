using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Raid;

/// <summary>A way to make one disk of several.</summary>
/// <param name="Name">As operators write it: <c>1+0</c>.</param>
/// <param name="Type">As Redfish writes it: <c>RAID10</c>.</param>
/// <param name="OldType">As older versions of Redfish write it.</param>
/// <param name="MinimumDisks">How many it needs.</param>
/// <param name="Multiple">Of what their number must be a multiple.</param>
internal sealed record RaidLevel(string Name, string Type, string OldType, int MinimumDisks, int Multiple)
{
    /// <summary>All that there are.</summary>
    public static IReadOnlyList<RaidLevel> All { get; } =
    [
        new("0", "RAID0", "NonRedundant", 1, 1),
        new("1", "RAID1", "Mirrored", 2, 2),
        new("5", "RAID5", "StripedWithParity", 3, 1),
        new("6", "RAID6", "StripedWithParity", 4, 1),
        new("1+0", "RAID10", "SpannedMirrors", 4, 2),
        new("5+0", "RAID50", "SpannedStripesWithParity", 6, 2),
        new("6+0", "RAID60", "SpannedStripesWithParity", 8, 2),
    ];

    /// <summary>The level that operators call so.</summary>
    /// <exception cref="InvalidParameterException">There is none.</exception>
    public static RaidLevel Parse(string name) =>
        All.FirstOrDefault(level => level.Name == name) ?? throw new InvalidParameterException($"The RAID level {name} is none of {string.Join(", ", All.Select(level => level.Name))}.");

    /// <summary>The level that Redfish calls so; null: none.</summary>
    public static RaidLevel? Find(string? type) => All.FirstOrDefault(level => level.Type == type || level.OldType == type);

    /// <summary>Whether it can be made of so many disks.</summary>
    public bool Fits(int disks) => disks >= MinimumDisks && disks % Multiple == 0 && (Name != "1" || disks == MinimumDisks);

    /// <summary>The bytes that are there for data.</summary>
    public long Capacity(int disks, long bytesOfSmallest) => bytesOfSmallest * Name switch
    {
        "0" => disks,
        "1" => 1,
        "5" => disks - 1,
        "6" or "5+0" => disks - 2,
        "1+0" => disks / 2,
        _ => disks - 4,
    };
}
