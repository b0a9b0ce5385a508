using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ironic.Golden.Tests.Replay;

/// <summary>What a replay has captured: fills it into requests, and finds it in answers.</summary>
internal sealed partial class Variables(string baseUrl, string host)
{
    private readonly List<(string Name, string Value)> _captured = [];

    public void Set(string name, string value)
    {
        _captured.RemoveAll(c => c.Name == name);
        _captured.Add((name, value));
    }

    /// <exception cref="UnboundVariableException">A variable was never captured.</exception>
    public string Fill(string text) => Placeholder().Replace(text, match => match.Groups[1].Value switch
    {
        "base" => baseUrl,
        "host" => host,
        var name when _captured.Find(c => c.Name == name) is { Value: { } value } => value,
        var name => throw new UnboundVariableException(name),
    });

    /// <exception cref="UnboundVariableException">A variable was never captured.</exception>
    public JsonNode? Fill(JsonNode? node) => JsonTree.Map(node, Fill);

    public string Normalize(string text)
    {
        text = text.Replace(baseUrl, "{{base}}", StringComparison.Ordinal);
        foreach (var (name, value) in _captured.Where(c => text.Contains(c.Value, StringComparison.Ordinal)))
            text = Regex.Replace(text, $@"(?<![\w-]){Regex.Escape(value)}(?![\w-])", "{{" + name + "}}");
        text = Regex.Replace(text, $@"(?<![\w.:/-]){Regex.Escape(host)}(?![\w.-])", "{{host}}");
        text = text.Replace("/conductors/" + host, "/conductors/{{host}}", StringComparison.Ordinal).Replace("marker=" + host, "marker={{host}}", StringComparison.Ordinal);
        text = Uuid().Replace(text, "{{uuid}}");
        text = TimeWithMicroseconds().Replace(text, "{{time.us}}");
        text = Time().Replace(text, "{{time}}");
        return OtherTime().Replace(text, "{{time.other}}");
    }

    public JsonNode? Normalize(JsonNode? node) => JsonTree.Map(node, Normalize);

    [GeneratedRegex(@"\{\{([\w.-]+)\}\}")]
    private static partial Regex Placeholder();

    // UUIDs that the recordings themselves choose begin with 5f000000 and stay as they are.
    [GeneratedRegex("(?<![0-9a-fA-F-])(?!5f000000-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-fA-F-])")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]+\+00:00")]
    private static partial Regex TimeWithMicroseconds();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\+00:00")]
    private static partial Regex Time();

    [GeneratedRegex(@"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:?[0-9]{2})?")]
    private static partial Regex OtherTime();
}

/// <summary>A step needs what an earlier one did not bring.</summary>
internal sealed class UnboundVariableException(string name) : Exception($"{{{{{name}}}}} was never captured: an earlier step failed.");
