using System.Globalization;
using Ironic.BmcSimulator.Machines;
using Ironic.Testing;

namespace Ironic.BmcSimulator.Tests.Ipmi;

/// <summary>Debian's ipmitool: an implementation of the protocol that is not ours.</summary>
internal static class Ipmitool
{
    public const string Program = "ipmitool";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<string> RunAsync(SimulatedFleet fleet, SimulatedServer server, int suite, params string[] arguments) =>
        ServerProcess.RunAsync(new ServerProcessOptions(Program, [.. Address(fleet, server), "-I", "lanplus", "-C", suite.ToString(CultureInfo.InvariantCulture), .. arguments]), Limit);

    public static Task<string> Run15Async(SimulatedFleet fleet, SimulatedServer server, string authentication, params string[] arguments) =>
        ServerProcess.RunAsync(new ServerProcessOptions(Program, [.. Address(fleet, server), "-I", "lan", "-A", authentication, .. arguments]), Limit);

    public static string[] Address(SimulatedFleet fleet, SimulatedServer server) =>
        ["-H", "127.0.0.1", "-p", server.IpmiPort!.Value.ToString(CultureInfo.InvariantCulture), "-U", fleet.Options.User, "-P", fleet.Options.Password, "-N", "2", "-R", "4"];
}
