using System.Globalization;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>Debian's ipmitool: an implementation of the protocol that is not ours.</summary>
internal static class Ipmitool
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    public static Task<string> RunAsync(int port, string user, string password, int cipherSuite, params string[] arguments) => ServerProcess.RunAsync(
        new ServerProcessOptions(
            "ipmitool",
            ["-I", "lanplus", "-C", Text(cipherSuite), "-H", "127.0.0.1", "-p", Text(port), "-U", user, "-P", password, "-N", "1", "-R", "2", .. arguments]),
        Timeout);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
