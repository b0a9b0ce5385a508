using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Raid;

/// <summary>A physical disk that volumes can be made of.</summary>
/// <param name="Storage">Path of the storage subsystem that it belongs to.</param>
/// <param name="Path">Where it is.</param>
/// <param name="Id">How the controller calls it.</param>
/// <param name="Name">What it is for people.</param>
/// <param name="Bytes">How much fits on it.</param>
/// <param name="MediaType"><c>HDD</c> or <c>SSD</c>.</param>
/// <param name="Protocol"><c>SATA</c>, <c>SAS</c> ...</param>
/// <param name="IsUsed">Whether a volume is on it already.</param>
internal sealed record PhysicalDisk(string Storage, string Path, string Id, string Name, long Bytes, string? MediaType, string? Protocol, bool IsUsed);

/// <summary>A volume that is to be made.</summary>
internal sealed record PlannedVolume(LogicalDisk Wanted, string Storage, IReadOnlyList<PhysicalDisk> Disks, long Bytes);

/// <summary>Decides which physical disks logical disks are made of.</summary>
internal static class RaidPlanner
{
    /// <summary>Finds disks for each logical disk; those of a given size first, so that the others get what is left.</summary>
    /// <param name="wanted">The logical disks.</param>
    /// <param name="disks">The physical disks.</param>
    /// <param name="isController">Whether a storage subsystem is called so.</param>
    /// <exception cref="InvalidParameterException">There are not enough disks.</exception>
    public static IReadOnlyList<PlannedVolume> Plan(IReadOnlyList<LogicalDisk> wanted, IReadOnlyList<PhysicalDisk> disks, Func<string, string, bool> isController)
    {
        var free = disks.Where(disk => !disk.IsUsed).ToDictionary(disk => disk.Path, disk => disk.Bytes, StringComparer.Ordinal);
        var exclusive = new HashSet<string>(StringComparer.Ordinal);
        var planned = new List<PlannedVolume>();
        foreach (var logical in wanted.OrderBy(disk => disk.Bytes is null).ThenBy(disk => disk.PhysicalDisks.Count == 0))
        {
            var candidates = disks
                .Where(disk => free.TryGetValue(disk.Path, out var left) && !exclusive.Contains(disk.Path) && (left == disk.Bytes || logical.Shares) && left > 0)
                .Where(disk => Matches(logical, disk, isController))
                .Select(disk => disk with { Bytes = free[disk.Path] })
                .ToList();
            var volume = Choose(logical, candidates)
                ?? throw new InvalidParameterException($"There are not enough free physical disks for the logical disk of RAID level {logical.Level.Name} with {(logical.Bytes is { } bytes ? $"{bytes >> 30} GiB" : "all that there is")}.");
            var share = logical.Bytes is null ? long.MaxValue : volume.Bytes / logical.Level.Capacity(volume.Disks.Count, 1);
            foreach (var disk in volume.Disks)
            {
                free[disk.Path] = Math.Max(0, free[disk.Path] - Math.Min(share, free[disk.Path]));
                if (!logical.Shares)
                    exclusive.Add(disk.Path);
            }

            planned.Add(volume);
        }

        return planned;
    }

    private static bool Matches(LogicalDisk logical, PhysicalDisk disk, Func<string, string, bool> isController) =>
        (logical.Controller is null || isController(disk.Storage, logical.Controller))
        && (logical.MediaType is null || logical.MediaType == disk.MediaType?.ToUpperInvariant())
        && (logical.Protocol is null || logical.Protocol == disk.Protocol?.ToUpperInvariant())
        && (logical.PhysicalDisks.Count == 0 || logical.PhysicalDisks.Contains(disk.Id) || logical.PhysicalDisks.Contains(disk.Name));

    private static PlannedVolume? Choose(LogicalDisk logical, List<PhysicalDisk> candidates)
    {
        var choices = candidates.GroupBy(disk => disk.Storage).SelectMany(group => Choices(logical, [.. group]));
        return logical.Bytes is null
            ? choices.OrderByDescending(choice => choice.Bytes).ThenBy(choice => choice.Disks.Count).FirstOrDefault()
            // As few disks as will do, and of those the smallest.
            : choices.OrderBy(choice => choice.Disks.Count).ThenBy(choice => choice.Disks.Sum(disk => (decimal)disk.Bytes)).FirstOrDefault();
    }

    private static IEnumerable<PlannedVolume> Choices(LogicalDisk logical, List<PhysicalDisk> disks)
    {
        var ascending = disks.OrderBy(disk => disk.Bytes).ThenBy(disk => disk.Path, StringComparer.Ordinal).ToList();
        for (var count = 1; count <= ascending.Count; count++)
        {
            if (!logical.Level.Fits(count) || (logical.DiskCount is { } asked && asked != count) || (logical.PhysicalDisks.Count > 0 && logical.PhysicalDisks.Count != count))
                continue;
            for (var first = 0; first + count <= ascending.Count; first++)
            {
                var chosen = ascending.GetRange(first, count);
                var capacity = logical.Level.Capacity(count, chosen[0].Bytes);
                if (logical.Bytes is { } bytes && capacity < bytes)
                    continue;
                yield return new PlannedVolume(logical, chosen[0].Storage, chosen, logical.Bytes ?? capacity);
                if (logical.Bytes is not null)
                    break;
            }
        }
    }
}
