using Ironic.EndToEnd.Tests.Cli;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.OpenStackSdk;

/// <summary>
/// Debian's python3-openstacksdk, unmodified, against a running stack: each <c>test_*.py</c> beside this file is one case, whose assertions
/// in Python decide. What the installed version of the library has no word for is tested by other clients: runbooks, inspection rules, shards,
/// NMI, consoles, RAID, BIOS settings, firmware, virtual media, history, inventory, reading the boot device,
/// sorted lists, and finding a port by its name.
/// </summary>
public sealed class OpenStackSdkTests(SharedStack shared) : IClassFixture<SharedStack>
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "OpenStackSdk");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    public static TheoryData<string> Areas => new(AreaNames());

    [Theory]
    [MemberData(nameof(Areas))]
    public async Task The_library_drives(string area)
    {
        using var home = new TestDirectory("openstacksdk-home");
        var options = new ServerProcessOptions(Python, [Path.Combine(Scripts, $"test_{area}.py"), "--verbose"])
        {
            Environment = new Dictionary<string, string?>(BaremetalCli.EnvironmentOf(home), StringComparer.Ordinal)
            {
                ["IRONIC_URL"] = shared.Stack.Processes.RestUrl.GetLeftPart(UriPartial.Authority),
                ["PYTHONDONTWRITEBYTECODE"] = "1",
            },
        };

        var output = await ServerProcess.RunAsync(options, Limit);

        // Nothing is skipped, and a script without tests is no success.
        Assert.Matches(@"Ran [1-9]\d* tests? in .*\s+OK\s*$", output);
    }

    [Fact]
    public void Every_area_has_its_script() => Assert.Superset(
        new HashSet<string> { "allocations", "chassis", "deploy_templates", "drivers", "node_actions", "nodes", "ports", "traits", "vifs", "volumes" },
        AreaNames().ToHashSet());

    private static IEnumerable<string> AreaNames() =>
        Directory.EnumerateFiles(Scripts, "test_*.py").Select(path => Path.GetFileNameWithoutExtension(path)["test_".Length..]).Order(StringComparer.Ordinal);
}
