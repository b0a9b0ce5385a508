using System.Collections.Frozen;

namespace Ironic.Conductor.Drivers;

/// <summary>What may be said of a logical disk in a RAID configuration, whatever the driver.</summary>
internal static class RaidProperties
{
    /// <summary>Name to description.</summary>
    public static FrozenDictionary<string, string> LogicalDisk { get; } = new Dictionary<string, string>
    {
        ["raid_level"] = "RAID level of the logical disk: 'JBOD', '0', '1', '2', '5', '6', '1+0', '5+0' or '6+0'. Required.",
        ["size_gb"] = "Size in GiB, an integer, or 'MAX' for all the space that is left. Required.",
        ["volume_name"] = "Name of the volume; one is made up when it is missing. Optional.",
        ["is_root_volume"] = "Whether this disk is the root volume; false when it is missing. Optional.",
        ["share_physical_disks"] = "Whether other logical disks may use the same physical disks; false when it is missing. Optional.",
        ["disk_type"] = "'hdd' or 'ssd': only physical disks of this type are chosen. Optional.",
        ["interface_type"] = "'sata', 'scsi' or 'sas': only physical disks of this interface are chosen. Optional.",
        ["number_of_physical_disks"] = "How many physical disks to use; the smallest number that the RAID level needs when it is missing. Optional.",
        ["controller"] = "The RAID controller to use; the driver chooses one when it is missing. Optional.",
        ["physical_disks"] = "The physical disks to use; the driver chooses them when they are missing. Optional.",
    }.ToFrozenDictionary();
}
