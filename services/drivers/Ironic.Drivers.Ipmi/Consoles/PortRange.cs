using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Ironic.Drivers.Ipmi.Consoles;

/// <summary>TCP ports, from the first to the last.</summary>
internal readonly record struct PortRange(int First, int Last)
{
    /// <summary>Reads <c>FIRST:LAST</c>; false when those are no ports, or out of order.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out PortRange range)
    {
        range = default;
        var parts = text?.Split(':') ?? [];
        if (parts.Length != 2 || !IsPort(parts[0], out var first) || !IsPort(parts[1], out var last) || first > last)
            return false;
        range = new PortRange(first, last);
        return true;
    }

    public bool Has(int port) => port >= First && port <= Last;

    /// <summary>
    /// The ports in the order in which a node tries them. Each node begins at its own, so that it mostly gets the same port again, also from another process.
    /// </summary>
    public IEnumerable<int> InOrderFor(string node)
    {
        // FNV-1a: string.GetHashCode differs from process to process.
        var hash = 2166136261u;
        foreach (var character in node)
            hash = unchecked((hash ^ character) * 16777619u);
        var (first, count) = (First, Last - First + 1);
        var start = (int)(hash % (uint)count);
        return Enumerable.Range(0, count).Select(i => first + ((start + i) % count));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}:{Last}");

    private static bool IsPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue;
}
