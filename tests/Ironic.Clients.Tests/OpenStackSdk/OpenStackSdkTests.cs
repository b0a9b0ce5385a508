namespace Ironic.Clients.Tests.OpenStackSdk;

/// <summary>
/// Debian's python3-openstacksdk, unmodified, against a running stack: each <c>test_*.py</c> beside this file is one case, whose assertions
/// in Python decide. What the installed version of the library has no word for is tested by other clients: runbooks, inspection rules, shards,
/// NMI, consoles, RAID, BIOS settings, firmware, virtual media, history, inventory, reading the boot device,
/// sorted lists, and finding a port by its name.
/// </summary>
public sealed class OpenStackSdkTests(OpenStackSdkRuns runs) : IClassFixture<OpenStackSdkRuns>
{
    public static TheoryData<string> Areas => new(OpenStackSdkRuns.Areas);

    [Theory]
    [MemberData(nameof(Areas))]
    public async Task The_library_drives(string area) =>
        // Nothing is skipped, and a script without tests is no success.
        Assert.Matches(@"Ran [1-9]\d* tests? in .*\s+OK\s*$", await runs.ReadOutputAsync(area));

    [Fact]
    public void Every_area_has_its_script() => Assert.Superset(
        new HashSet<string> { "allocations", "chassis", "deploy_templates", "drivers", "node_actions", "nodes", "ports", "traits", "vifs", "volumes" },
        OpenStackSdkRuns.Areas.ToHashSet());
}
