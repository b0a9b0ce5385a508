using System.Text.Json.Nodes;
using Ironic.Golden.Tests.Replay;

namespace Ironic.Golden.Tests;

/// <summary>Where ours answers otherwise on purpose: <c>departures.json</c>.</summary>
internal static class Departures
{
    private static readonly Departure[] All =
    [
        .. JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "departures.json")))!.AsArray().Select(d => new Departure(
            (string)d!["recording"]!,
            [.. d["steps"]!.AsArray().Select(s => (string)s!)],
            [.. d["where"]!.AsArray().Select(w => (string)w!)],
            (string)d["why"]!)),
    ];

    /// <summary>Those of one recording.</summary>
    public static IReadOnlyList<Departure> Of(string recording) => [.. All.Where(d => d.Recording == recording)];

    /// <summary>The recordings that are named.</summary>
    public static IEnumerable<string> Recordings => All.Select(d => d.Recording).Distinct();
}
