using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Raid;

namespace Ironic.Drivers.Redfish.Tests.Raid;

/// <summary>Which physical disks logical ones are made of.</summary>
public sealed class PlannerTests
{
    private const long Gib = 1L << 30;

    // Two small SSDs and four large HDDs at one controller, one more of each at another.
    private static readonly PhysicalDisk[] Disks =
    [
        .. Enumerable.Range(0, 2).Select(i => Disk("A", $"ssd{i}", 100, "SSD", "SATA")),
        .. Enumerable.Range(0, 4).Select(i => Disk("A", $"hdd{i}", 1000, "HDD", "SAS")),
        Disk("B", "ssd9", 100, "SSD", "SATA"),
        Disk("B", "hdd9", 2000, "HDD", "SAS"),
    ];

    [Theory]
    [InlineData("""{"size_gb": 50, "raid_level": "1"}""", "ssd0,ssd1")]
    [InlineData("""{"size_gb": 50, "raid_level": "0"}""", "ssd0")]
    [InlineData("""{"size_gb": 1500, "raid_level": "0"}""", "hdd9")]
    [InlineData("""{"size_gb": 2500, "raid_level": "0"}""", "hdd0,hdd1,hdd2")]
    [InlineData("""{"size_gb": "MAX", "raid_level": "0"}""", "hdd0,hdd1,hdd2,hdd3")]
    [InlineData("""{"size_gb": "MAX", "raid_level": "5", "controller": "A"}""", "hdd0,hdd1,hdd2,hdd3")]
    [InlineData("""{"size_gb": 500, "raid_level": "1+0"}""", "hdd0,hdd1,hdd2,hdd3")]
    [InlineData("""{"size_gb": 50, "raid_level": "1", "disk_type": "hdd"}""", "hdd0,hdd1")]
    [InlineData("""{"size_gb": 50, "raid_level": "0", "interface_type": "sas", "controller": "B"}""", "hdd9")]
    [InlineData("""{"size_gb": 50, "raid_level": "0", "number_of_physical_disks": 2}""", "ssd0,ssd1")]
    [InlineData("""{"size_gb": 50, "raid_level": "1", "physical_disks": ["hdd2", "hdd3"]}""", "hdd2,hdd3")]
    public void As_few_disks_as_will_do_are_taken_and_the_smallest(string disk, string expected) =>
        Assert.Equal(expected, string.Join(',', Plan(disk).Single().Disks.Select(chosen => chosen.Id)));

    [Theory]
    [InlineData("""{"size_gb": 101, "raid_level": "1", "disk_type": "ssd"}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "6+0"}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "1", "controller": "B", "disk_type": "ssd"}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "1", "physical_disks": ["ssd0", "ssd9"]}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "0", "number_of_physical_disks": 7}""")]
    public void What_cannot_be_made_is_told(string disk) => Assert.Throws<InvalidParameterException>(() => Plan(disk));

    [Fact]
    public void A_disk_is_used_once_unless_it_is_shared()
    {
        Assert.Equal(
            ["ssd0,ssd1", "hdd0,hdd1", "hdd9"],
            Plan("""{"size_gb": "MAX", "raid_level": "0", "number_of_physical_disks": 1}, {"size_gb": 50, "raid_level": "1"}, {"size_gb": 50, "raid_level": "1"}""")
                .Select(volume => string.Join(',', volume.Disks.Select(disk => disk.Id))));
        Assert.Equal(
            ["ssd0,ssd1", "ssd0,ssd1"],
            Plan("""{"size_gb": 40, "raid_level": "1", "share_physical_disks": true}, {"size_gb": 40, "raid_level": "1", "share_physical_disks": true}""")
                .Select(volume => string.Join(',', volume.Disks.Select(disk => disk.Id))));
    }

    [Fact]
    public void Disks_with_volumes_are_not_free()
    {
        var wanted = Read("""{"size_gb": 50, "raid_level": "0"}""");

        Assert.Equal("ssd1", RaidPlanner.Plan(wanted, [Disks[0] with { IsUsed = true }, Disks[1]], (_, _) => true).Single().Disks.Single().Id);
    }

    [Theory]
    [InlineData("""{"size_gb": 0, "raid_level": "1"}""")]
    [InlineData("""{"size_gb": "much", "raid_level": "1"}""")]
    [InlineData("""{"size_gb": 9223372036854775807, "raid_level": "1"}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "7"}""")]
    [InlineData("""{"size_gb": 1, "raid_level": 1}""")]
    [InlineData("""{"size_gb": 1, "raid_level": "1", "physical_disks": "ssd0"}""")]
    [InlineData("7")]
    public void What_is_no_logical_disk_is_told(string disk) => Assert.ThrowsAny<DriverException>(() => Read(disk));

    private static PhysicalDisk Disk(string storage, string id, long gib, string media, string protocol) => new(storage, $"/{storage}/{id}", id, $"Disk {id}", gib * Gib, media, protocol, IsUsed: false);

    private static IReadOnlyList<LogicalDisk> Read(string disks) => LogicalDisk.ReadAll(JsonMap.Parse($$"""{"logical_disks": [{{disks}}]}"""));

    private static IReadOnlyList<PlannedVolume> Plan(string disks) => RaidPlanner.Plan(Read(disks), Disks, (storage, name) => storage == name);
}
