using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish;
using Ironic.Testing;

namespace Ironic.BmcSimulator.Tests.Redfish;

/// <summary>Debian's python3-sushy, the client library that the original Ironic has, unmodified: <c>drive_with_sushy.py</c> beside this file, whose assertions in Python decide.</summary>
public sealed class SushyTests
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly MachineTimings Short = new()
    {
        PowerOn = TimeSpan.FromMilliseconds(30),
        ForceOff = TimeSpan.FromMilliseconds(30),
        GracefulShutdown = TimeSpan.FromMilliseconds(60),
        Restart = TimeSpan.FromMilliseconds(30),
        Task = TimeSpan.FromMilliseconds(300),
    };

    [Theory]
    [InlineData(ETagMode.Strong, false)]
    [InlineData(ETagMode.Weak, true)]
    public async Task Sushy_drives_a_machine(ETagMode tags, bool https)
    {
        await using var fleet = await SimulatedFleet.StartAsync(new FleetOptions { RedfishServers = 2, Timings = Short, Https = https, Redfish = new RedfishBehaviour { ETags = tags } });
        var server = fleet["redfish-2"];
        using var directory = new TestDirectory("sushy");
        var environment = new Dictionary<string, string?>
        {
            ["SIMULATOR_URL"] = server.RedfishUrl!.GetLeftPart(UriPartial.Authority),
            ["SIMULATOR_USER"] = fleet.Options.User,
            ["SIMULATOR_PASSWORD"] = fleet.Options.Password,
            ["PYTHONDONTWRITEBYTECODE"] = "1",
        };
        if (fleet.CertificatePem is { } certificate)
        {
            // A machine that has this variable set already would not heed what the library is told by the caller.
            environment["REQUESTS_CA_BUNDLE"] = directory.Combine("ca.pem");
            await File.WriteAllTextAsync(directory.Combine("ca.pem"), certificate);
        }

        var said = await ServerProcess.RunAsync(
            new ServerProcessOptions(Python, Path.Combine(AppContext.BaseDirectory, "Redfish", "drive_with_sushy.py")) { Environment = environment }, Limit);

        Assert.Matches(@"Ran [1-9]\d* tests? in .*\s+OK\s*$", said);
        var counters = server.RedfishCounters;
        Assert.Equal((0, 0), (counters.SessionsNow, counters.RequestsNow));
        Assert.Equal(1, counters.PeakSessions);
        Assert.Equal(0, counters.ProtocolErrors);
        Assert.Equal(0, fleet["redfish-1"].RedfishCounters.Requests);
    }
}
