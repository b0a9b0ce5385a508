using Ironic.Bench.Load;

namespace Ironic.Bench.Scenarios;

/// <summary>One row of the report.</summary>
/// <param name="Kind">How <c>--only</c> calls it: <c>get</c>.</param>
/// <param name="Protocol"><c>rest</c>, <c>grpc</c> or <c>redis</c>.</param>
/// <param name="Name">How the report calls it.</param>
/// <param name="Connections">How many connections.</param>
/// <param name="Connect">Makes one of them, by its index.</param>
internal sealed record Scenario(string Kind, string Protocol, string Name, int Connections, Func<int, ILoadConnection> Connect)
{
    public static IReadOnlyList<string> Protocols { get; } = ["rest", "grpc", "redis"];

    /// <summary>What it is to reach; null for no more than to be known.</summary>
    public Goal? Goal { get; init; }

    /// <summary>Whether <c>--only</c> asks for it.</summary>
    public bool IsWanted(IReadOnlyList<string> only) => IsWanted(Kind, Protocol, only);

    /// <summary>Whether <c>--only</c> asks for a kind of row by a protocol.</summary>
    public static bool IsWanted(string kind, string protocol, IReadOnlyList<string> only)
    {
        var kinds = only.Except(Protocols).ToList();
        var wanted = only.Intersect(Protocols).ToList();
        return (kinds.Count == 0 || kinds.Contains(kind)) && (wanted.Count == 0 || wanted.Contains(protocol));
    }
}

/// <summary>What a row is to reach.</summary>
/// <param name="RequestsPerSecond">At least; null for any.</param>
internal sealed record Goal(double? RequestsPerSecond = null)
{
    /// <summary>The median, at most; null for any.</summary>
    public TimeSpan? Median { get; init; }

    /// <summary>The 99th percentile, at most; null for any.</summary>
    public TimeSpan? P99 { get; init; }
}
