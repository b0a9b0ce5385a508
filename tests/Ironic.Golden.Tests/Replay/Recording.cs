using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ironic.Golden.Tests.Replay;

/// <summary>One recorded conversation.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Version">The microversion that its requests ask for; null: none.</param>
/// <param name="Maximum">The highest microversion of the recorded server.</param>
/// <param name="Steps">What was asked and answered.</param>
internal sealed record Recording(string Name, string? Version, string Maximum, IReadOnlyList<Step> Steps)
{
    public static string Directory { get; } = Path.Combine(AppContext.BaseDirectory, "Recordings");

    public static Recording Load(string name)
    {
        var document = JsonNode.Parse(File.ReadAllBytes(Path.Combine(Directory, name)))!.AsObject();
        var version = (string?)document["version"];
        var steps = document["steps"]!.AsArray().Select((step, index) => new Step(index + 1, step!.AsObject(), version)).ToList();
        return new Recording(name, version, (string?)document["maximum"] ?? "1.82", steps);
    }
}

/// <summary>One step: a request with its answer, or a wait.</summary>
internal sealed class Step(int number, JsonObject data, string? version)
{
    /// <summary>Counts from 1.</summary>
    public int Number => number;

    public string Title => (string?)data["name"] ?? (IsWait ? $"wait {Wait}" : $"{Method} {Path}");

    /// <summary>Number and title, by which lists name a step.</summary>
    public string Label => $"{Number} {Title}";

    /// <exception cref="FormatException">No number begins it.</exception>
    public static int NumberOf(string label) => int.Parse(label.Split(' ')[0], CultureInfo.InvariantCulture);

    public bool IsWait => data.ContainsKey("wait");

    public string Wait => (string)data["wait"]!;

    public JsonObject Until => data["until"]!.AsObject();

    public TimeSpan Timeout => TimeSpan.FromSeconds((double?)data["timeout"] ?? 30);

    /// <summary>The status that a wait looks for.</summary>
    public int WaitStatus => (int?)data["status"] ?? 200;

    public string Method => (string)data["method"]!;

    public string Path => (string)data["path"]!;

    public string? Version => data.TryGetPropertyValue("version", out var own) ? (string?)own : version;

    public JsonObject? Headers => data["headers"]?.AsObject();

    public bool HasJson => data.ContainsKey("json");

    public JsonNode? Json => data["json"];

    public string? Text => (string?)data["text"];

    public JsonObject Expect => data["expect"]!.AsObject();

    public IEnumerable<(string Name, string Path)> Captures =>
        data["capture"]?.AsObject().Select(c => (c.Key, (string)c.Value!)) ?? [];

    public IReadOnlyList<string> Soft => Texts("soft");

    public IReadOnlyList<string> Ignore => Texts("ignore");

    public IReadOnlyList<string> Extra => Texts("extra");

    public IReadOnlyList<string> Newer => Texts("newer");

    /// <summary>Lists of which only some items count.</summary>
    public IEnumerable<(string List, string Key, IReadOnlyList<string> Values)> Keep => data["keep"]?.AsArray().Select(rule =>
        ((string)rule!["list"]!, (string)rule["key"]!, (IReadOnlyList<string>)[.. rule["values"]!.AsArray().Select(v => (string)v!)])) ?? [];

    /// <summary>Other statuses that are right, too.</summary>
    public IEnumerable<int> AlsoRight => data["also"]?["status"]?.AsArray().Select(s => (int)s!) ?? [];

    private IReadOnlyList<string> Texts(string key) => data[key] switch
    {
        null => [],
        JsonArray list => [.. list.Select(g => (string)g!)],
        var other => throw new JsonException($"step {number}: {key} is {other.GetValueKind()}"),
    };
}
