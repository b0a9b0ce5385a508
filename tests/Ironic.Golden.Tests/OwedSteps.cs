using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Golden.Tests.Replay;

namespace Ironic.Golden.Tests;

/// <summary>The steps that cannot pass yet, and what each waits for: <c>owed.json</c>.</summary>
internal sealed class OwedSteps
{
    private readonly Dictionary<string, Dictionary<int, string>> _steps = new(StringComparer.Ordinal);

    private OwedSteps()
    {
        var document = JsonNode.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "owed.json")))!.AsObject();
        var reasons = document["reasons"]!.AsObject();
        foreach (var (recording, byReason) in document["steps"]!.AsObject())
        {
            var owed = _steps[recording] = [];
            foreach (var (reason, steps) in byReason!.AsObject())
            {
                if (!reasons.ContainsKey(reason))
                    throw new JsonException($"owed.json: {recording}: there is no reason {reason}");
                foreach (var label in steps!.AsArray().Select(s => (string)s!))
                    owed.Add(Step.NumberOf(label), label);
            }
        }
    }

    public static OwedSteps All { get; } = new();

    /// <summary>The recordings that are named.</summary>
    public IEnumerable<string> Recordings => _steps.Keys;

    /// <summary>What is owed of one recording: labels by step numbers.</summary>
    public IReadOnlyDictionary<int, string> Of(string recording) => _steps.GetValueOrDefault(recording) ?? [];
}
