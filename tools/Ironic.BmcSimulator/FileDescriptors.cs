using System.Globalization;

namespace Ironic.BmcSimulator;

/// <summary>Whether the process may open as many files as a fleet needs: a socket for each machine and protocol, and connections besides.</summary>
internal static class FileDescriptors
{
    // What the runtime needs, and connections of callers.
    private const int Spare = 500;

    private const string Limits = "/proc/self/limits";

    /// <exception cref="IOException">It may not.</exception>
    public static void Check(FleetOptions options)
    {
        if (!File.Exists(Limits))
            return;
        var words = File.ReadLines(Limits).First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        // The runtime has raised its own limit as far as it may.
        if (!long.TryParse(words[^2], NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return;
        var needed = options.RedfishServers + options.IpmiServers + (2 * options.DualServers) + Spare;
        if (needed > limit)
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"so many servers need {needed} open files, {limit} are allowed; raise it with ulimit -n"));
    }
}
