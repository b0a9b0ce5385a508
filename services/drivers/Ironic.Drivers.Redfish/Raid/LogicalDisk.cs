using System.Globalization;
using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Raid;

/// <summary>A logical disk that a node shall have (<c>target_raid_config</c>).</summary>
/// <param name="Bytes">How much fits on it; null: as much as can be.</param>
/// <param name="Level">How it is made.</param>
internal sealed record LogicalDisk(long? Bytes, RaidLevel Level)
{
    private const long Gibibyte = 1L << 30;

    /// <summary>How it is called; null: as the controller likes.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the instance is put on it.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Whether its physical disks may have others on them.</summary>
    public bool Shares { get; init; }

    /// <summary>The storage controller; null: any.</summary>
    public string? Controller { get; init; }

    /// <summary><c>HDD</c> or <c>SSD</c>; null: any.</summary>
    public string? MediaType { get; init; }

    /// <summary><c>SATA</c>, <c>SAS</c> ...; null: any.</summary>
    public string? Protocol { get; init; }

    /// <summary>How many physical disks it is made of; null: as few as will do.</summary>
    public int? DiskCount { get; init; }

    /// <summary>Which ones; none: any.</summary>
    public IReadOnlyList<string> PhysicalDisks { get; init; } = [];

    /// <summary>Reads the logical disks of a configuration.</summary>
    /// <exception cref="MissingParameterException">There are none.</exception>
    /// <exception cref="InvalidParameterException">One is not described as it must be.</exception>
    public static IReadOnlyList<LogicalDisk> ReadAll(JsonMap configuration)
    {
        if (!configuration.Has("logical_disks"))
            throw new MissingParameterException("The RAID configuration has no logical_disks.");
        configuration.TryGet("logical_disks", out var list);
        if (list.ValueKind != JsonValueKind.Array || list.EnumerateArray().Any(item => item.ValueKind != JsonValueKind.Object))
            throw new InvalidParameterException("logical_disks of the RAID configuration must be a list of objects.");
        return [.. list.EnumerateArray().Select(item => Read(JsonMap.Parse(item.GetRawText())))];
    }

    private static LogicalDisk Read(JsonMap disk) => new(ReadSize(disk), RaidLevel.Parse(disk.Require<string>("raid_level")))
    {
        Name = disk.Get<string>("volume_name"),
        IsRoot = disk.Get<bool?>("is_root_volume") ?? false,
        Shares = disk.Get<bool?>("share_physical_disks") ?? false,
        Controller = disk.Get<string>("controller"),
        MediaType = disk.Get<string>("disk_type")?.ToUpperInvariant(),
        Protocol = disk.Get<string>("interface_type")?.ToUpperInvariant(),
        DiskCount = disk.Get<int?>("number_of_physical_disks"),
        PhysicalDisks = disk.Get<IReadOnlyList<string>>("physical_disks") ?? [],
    };

    private static long? ReadSize(JsonMap disk)
    {
        if (!disk.Has("size_gb"))
            throw new MissingParameterException("A logical disk of the RAID configuration has no size_gb.");
        disk.TryGet("size_gb", out var value);
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (text == "MAX")
            return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size is > 0 and < long.MaxValue / Gibibyte
            ? size * Gibibyte
            : throw new InvalidParameterException("size_gb of a logical disk must be a positive integer or MAX.");
    }
}
