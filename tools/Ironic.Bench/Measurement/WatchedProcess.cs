using System.Globalization;
using System.Text.RegularExpressions;

namespace Ironic.Bench.Measurement;

/// <summary>A process of the system, with its children: what it has used so far.</summary>
internal sealed partial class WatchedProcess(NamedProcess process, HttpClient http)
{
    // The kernel counts in ticks of 10 ms on every Linux that .NET runs on.
    private const double TicksPerSecond = 100;

    public string Name => process.Name;

    /// <summary>Whether it tells what it allocates.</summary>
    public bool HasAllocations => process.ManagementUrl is not null;

    /// <summary>What each of them has used so far.</summary>
    public static Task<Usage[]> ReadUsageAsync(IEnumerable<WatchedProcess> processes) => Task.WhenAll(processes.Select(process => process.ReadUsageAsync()));

    /// <summary>CPU time and allocations since it began.</summary>
    public async Task<Usage> ReadUsageAsync()
    {
        var cpu = TimeSpan.FromSeconds(Family().Sum(ReadTicks) / TicksPerSecond);
        if (process.ManagementUrl is null)
            return new Usage(cpu, 0);
        var metrics = await http.GetStringAsync(new Uri(process.ManagementUrl, "/metrics"));
        var allocated = AllocatedLine().Match(metrics);
        return allocated.Success
            ? new Usage(cpu, (long)double.Parse(allocated.Groups[1].ValueSpan, CultureInfo.InvariantCulture))
            : throw new IOException($"{process.ManagementUrl}metrics does not tell what {Name} allocates");
    }

    /// <summary>Memory that is resident now, in bytes. What processes share is counted for each.</summary>
    public long ReadResidentBytes() => Family().Sum(id => ReadStatus(id, "VmRSS:")) * 1024;

    private IEnumerable<int> Family()
    {
        yield return process.Id;
        foreach (var task in Directory.EnumerateDirectories($"/proc/{process.Id}/task"))
        {
            foreach (var child in File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }

    // Own time, and that of children that have ended.
    private static long ReadTicks(int id)
    {
        if (ReadFile(id, "stat") is not { } stat)
            return 0;
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
    }

    private static long ReadStatus(int id, string name) =>
        ReadFile(id, "status")?.Split('\n').FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture)
            : 0;

    // Null for a child that has just ended.
    private static string? ReadFile(int id, string name)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{name}");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or IOException { HResult: 3 })
        {
            return null;
        }
    }

    [GeneratedRegex(@"^dotnet_gc_heap_total_allocated_bytes_total(?:\{[^}]*\})? (\S+)$", RegexOptions.Multiline)]
    private static partial Regex AllocatedLine();
}

/// <param name="Cpu">CPU time, user and system.</param>
/// <param name="AllocatedBytes">What was allocated on the managed heap.</param>
internal sealed record Usage(TimeSpan Cpu, long AllocatedBytes);
