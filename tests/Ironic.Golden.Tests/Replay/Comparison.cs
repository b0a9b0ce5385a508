using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ironic.Golden.Tests.Replay;

/// <summary>
/// Says where an answer differs from the recorded one. Equal must be: the status, the headers, every key and value. Not equal need be: texts for
/// people, as long as both sides have one; what a step names as <c>soft</c> or <c>ignore</c>; keys besides the recorded ones that it names as
/// <c>extra</c>; higher version numbers where it says <c>newer</c>; and whatever else is answered where the original had an internal error.
/// </summary>
internal static class Comparison
{
    public const string VersionHeader = "X-OpenStack-Ironic-API-Version";
    public const string MinimumHeader = "X-OpenStack-Ironic-API-Minimum-Version";
    public const string MaximumHeader = "X-OpenStack-Ironic-API-Maximum-Version";
    public const string RequestIdHeader = "Openstack-Request-Id";

    private static readonly string[] TextsForPeople =
        ["error.faultstring", "error.description", "error.title", "error.text", "*.last_error", "*.reason", "*.event"];

    private static readonly string[] DroppedByTheOriginalsRouter = [VersionHeader, MinimumHeader, MaximumHeader, RequestIdHeader];

    /// <summary>The differences that count; empty when there are none.</summary>
    public static List<Difference> Differences(Step step, Answer recorded, Answer answer, string? version)
    {
        if (answer.Status != recorded.Status && (step.AlsoRight.Contains(answer.Status) || (recorded.Status == 500 && answer.Status < 500)))
            return [];
        var rules = new Rules(step, Refused: recorded.Status >= 400, Newest: string.Equals(version, "latest", StringComparison.OrdinalIgnoreCase));
        if (answer.Status != recorded.Status)
            rules.Found.Add(new Difference("status", $"recorded {recorded.Status}, got {answer.Status}"));
        rules.Compare(Object(recorded.Headers), Object(answer.Headers), "header");
        switch (recorded.Body, answer.Body)
        {
            case ({ Kind: "text" }, { Kind: "text" }) or (null, null):
                break;
            case ({ } want, { } have) when want.Kind == have.Kind:
                rules.Compare(JsonTree.Order(want.Content), JsonTree.Order(have.Content), want.Kind);
                break;
            case var (want, have) when Globs.Match(step.Ignore, want?.Kind) || Globs.Match(step.Ignore, have?.Kind)
                || Globs.Match(step.Soft, want?.Kind) || Globs.Match(step.Soft, have?.Kind):
                break;
            case var (want, have):
                rules.Found.Add(new Difference("body", $"recorded {Show(want)}, got {Show(have)}"));
                break;
        }

        return rules.Found;
    }

    private static JsonObject Object(IReadOnlyDictionary<string, string> headers) =>
        new(headers.Select(h => KeyValuePair.Create(h.Key, (JsonNode?)JsonValue.Create(h.Value))));

    private static string Show(AnswerBody? body) => body is null ? "none" : $"{body.Kind} {Show(body.Content)}";

    private static string Show(JsonNode? node)
    {
        var text = node?.ToJsonString() ?? "null";
        return text.Length <= 300 ? text : text[..300] + "…";
    }

    private sealed record Rules(Step Step, bool Refused, bool Newest)
    {
        public List<Difference> Found { get; } = [];

        public void Compare(JsonNode? want, JsonNode? have, string path)
        {
            if (Globs.Match(Step.Ignore, path))
                return;
            switch (want, have)
            {
                case (JsonObject wanted, JsonObject had):
                    CompareMembers(wanted, had, path);
                    return;
                case (JsonArray wanted, JsonArray had) when wanted.Count == had.Count:
                    foreach (var (i, item) in wanted.Index())
                        Compare(item, had[i], $"{path}.{i}");
                    return;
            }

            if (Same(want, have) || Globs.Match(Step.Soft, path) || IsNewer(want, have, path) || (IsText(want) && IsText(have) && Globs.Match(TextsForPeople, path)))
                return;
            Found.Add(new Difference(path, $"recorded {Show(want)}, got {Show(have)}"));
        }

        private static bool IsText(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String;

        // 1, 1.0 and true are three things.
        private static bool Same(JsonNode? want, JsonNode? have) =>
            JsonNode.DeepEquals(want, have) && (want?.GetValueKind() != JsonValueKind.Number || IsInteger(want) == IsInteger(have!));

        private static bool IsInteger(JsonNode number) => number.ToJsonString().AsSpan().IndexOfAny(".eE") < 0;

        private static bool TryParseVersion(JsonNode? node, out Version version)
        {
            version = new Version();
            return IsText(node) && Regex.IsMatch((string)node!, @"^\d+\.\d+$") && Version.TryParse((string)node!, out version!);
        }

        private void CompareMembers(JsonObject wanted, JsonObject had, string path)
        {
            foreach (var (key, value) in wanted)
            {
                var member = $"{path}.{key}";
                if (had.TryGetPropertyValue(key, out var other))
                    Compare(value, other, member);
                else if (!Globs.Match(Step.Ignore, member) && !Globs.Match(Step.Soft, member))
                    Found.Add(new Difference(member, $"recorded {Show(value)}, got nothing"));
            }

            foreach (var (key, value) in had.Where(m => !wanted.ContainsKey(m.Key)))
            {
                var member = $"{path}.{key}";
                if (path == "header" && Refused && DroppedByTheOriginalsRouter.Contains(key))
                    continue;
                if (!Globs.Match(Step.Ignore, member) && !Globs.Match(Step.Extra, member) && !Globs.Match(Step.Soft, member))
                    Found.Add(new Difference(member, $"recorded nothing, got {Show(value)}"));
            }
        }

        private bool IsNewer(JsonNode? want, JsonNode? have, string path)
        {
            var allowed = Globs.Match(Step.Newer, path) || path == "header." + MaximumHeader || (Newest && path == "header." + VersionHeader);
            return allowed && TryParseVersion(want, out var recorded) && TryParseVersion(have, out var got) && got >= recorded;
        }
    }
}
