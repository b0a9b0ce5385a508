using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Ironic.Golden.Tests.Replay;

/// <summary>Plays one recording against a server.</summary>
internal sealed partial class Player(GoldenServer server, Recording recording, string host)
{
    // Nothing will come any more when a node rests that long.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(6);

    // What is not expected is not waited for as long: it would cost the whole limit of every owed wait, each time.
    private static readonly TimeSpan OwedIdleLimit = TimeSpan.FromSeconds(1);

    private static readonly string[] ComparedHeaders =
    [
        Comparison.VersionHeader, Comparison.MinimumHeader, Comparison.MaximumHeader, "Location", "Content-Type", Comparison.RequestIdHeader,
    ];

    private readonly Variables _variables = new(server.BaseUrl, host);

    /// <summary>Plays all steps, those too that are not expected to pass.</summary>
    /// <param name="isOwed">The steps that are not expected to pass, by their numbers: their waits end early.</param>
    /// <param name="departures">The differences that are meant.</param>
    public async Task<Outcome> PlayAsync(Func<int, bool> isOwed, IReadOnlyList<Departure> departures)
    {
        var outcome = new Outcome([], []);
        foreach (var step in recording.Steps)
        {
            var differences = await PlayAsync(step, isOwed(step.Number));
            foreach (var departure in departures.Where(d => d.IsOf(step)))
            {
                if (differences.RemoveAll(departure.Covers) == 0 && !isOwed(step.Number))
                    outcome.Unexplaining.Add($"{step.Label}: {departure.Why}");
            }

            if (differences.Count == 0)
                continue;
            outcome.Failed.Add(step.Number, $"{recording.Name} {step.Label}\n      {string.Join("\n      ", differences)}");
            // It may have begun what the recording does not wait for, and what comes next shall not depend on who is faster.
            await server.WaitUntilUnlockedAsync();
        }

        return outcome;
    }

    private async Task<List<Difference>> PlayAsync(Step step, bool owed)
    {
        try
        {
            return step.IsWait ? await WaitAsync(step, owed ? OwedIdleLimit : IdleLimit) : await AskAsync(step);
        }
        catch (UnboundVariableException e)
        {
            return [new Difference("variable", e.Message)];
        }
        catch (HttpRequestException e)
        {
            return [new Difference("connection", e.Message)];
        }
    }

    private async Task<List<Difference>> AskAsync(Step step)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Accept"] = "application/json" };
        if (step.Version is { } version)
            headers[Comparison.VersionHeader] = version;
        byte[]? body = null;
        if (step.HasJson)
            body = Encoding.UTF8.GetBytes(_variables.Fill(step.Json)?.ToJsonString() ?? "null");
        else if (step.Text is { } text)
            body = Encoding.UTF8.GetBytes(_variables.Fill(text));
        if (body is not null)
            headers["Content-Type"] = "application/json";
        foreach (var (name, value) in step.Headers ?? [])
        {
            headers.Remove(name);
            if (value is not null)
                headers[name] = _variables.Fill((string)value!);
        }

        var raw = await server.SendAsync(step.Method, _variables.Fill(step.Path), headers, body);
        Capture(step, raw);
        var asked = headers.GetValueOrDefault(Comparison.VersionHeader);
        return Comparison.Differences(step, Recorded(step, asked), Normalize(step, raw), asked);
    }

    private void Capture(Step step, RawAnswer raw)
    {
        foreach (var (name, path) in step.Captures)
        {
            if (JsonPath.TryFind(raw.TryParse(), path, out var found) && found is JsonValue value && value.TryGetValue<string>(out var text))
                _variables.Set(name, text);
        }
    }

    // A recording keeps only the headers that differ from those that nearly every answer has.
    private Answer Recorded(Step step, string? version)
    {
        var headers = new Dictionary<string, string>
        {
            [Comparison.VersionHeader] = version ?? "1.1",
            [Comparison.MinimumHeader] = "1.1",
            [Comparison.MaximumHeader] = recording.Maximum,
            ["Content-Type"] = "application/json",
            [Comparison.RequestIdHeader] = "{{req}}",
        };
        foreach (var (name, value) in step.Expect["headers"]?.AsObject() ?? [])
        {
            if (value is null)
                headers.Remove(name);
            else
                headers[name] = (string)value!;
        }

        var kind = new[] { "json", "error", "text" }.FirstOrDefault(step.Expect.ContainsKey);
        return new Answer((int)step.Expect["status"]!, headers, kind is null ? null : new AnswerBody(kind, step.Expect[kind]));
    }

    private Answer Normalize(Step step, RawAnswer raw)
    {
        var headers = new Dictionary<string, string>();
        foreach (var name in ComparedHeaders)
        {
            if (!raw.Headers.TryGetValue(name, out var value))
                continue;
            headers[name] = _variables.Normalize(name switch
            {
                "Content-Type" => value.Split(';')[0].Trim(),
                Comparison.RequestIdHeader when RequestId().IsMatch(value) => "{{req}}",
                _ => value,
            });
        }

        return new Answer(raw.Status, headers, raw.Body.Length == 0 ? null : NormalizeBody(step, raw));
    }

    private AnswerBody NormalizeBody(Step step, RawAnswer raw)
    {
        JsonNode? document;
        try
        {
            document = JsonNode.Parse(raw.Body);
        }
        catch (System.Text.Json.JsonException)
        {
            return new AnswerBody("text", JsonValue.Create(_variables.Normalize(Encoding.UTF8.GetString(raw.Body))));
        }

        if (document is JsonObject { Count: 1 } wrapper && wrapper["error_message"] is JsonValue message && message.TryGetValue<string>(out var inner))
            return new AnswerBody("error", _variables.Normalize(Inner(inner)));
        var normalized = _variables.Normalize(document);
        foreach (var (list, key, values) in step.Keep)
        {
            if (!JsonPath.TryFind(normalized, list, out var found) || found is not JsonArray items)
                continue;
            foreach (var item in items.Where(i => !(JsonPath.TryFind(i, key, out var k) && k is not null && values.Contains((string)k!))).ToList())
                items.Remove(item);
        }

        return new AnswerBody("json", normalized);
    }

    private static JsonNode? Inner(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return new JsonObject { ["text"] = text };
        }
    }

    private async Task<List<Difference>> WaitAsync(Step step, TimeSpan idleLimit)
    {
        var path = _variables.Fill(step.Wait);
        var until = _variables.Fill(step.Until)!.AsObject();
        var started = Stopwatch.GetTimestamp();
        var changed = started;
        JsonNode? before = null;
        while (true)
        {
            var answer = await server.GetAsync(path, step.Version ?? "1.82");
            var document = answer.TryParse();
            if (answer.Status == step.WaitStatus && until.All(u => IsSo(document, u.Key, u.Value)))
                return [];
            if (!JsonNode.DeepEquals(document, before))
                (before, changed) = (document, Stopwatch.GetTimestamp());
            var waited = Stopwatch.GetElapsedTime(started);
            if (waited > step.Timeout || (NothingGoesOn(answer.Status, document) && Stopwatch.GetElapsedTime(changed) > idleLimit))
            {
                var have = until.Select(u => $"{u.Key}={(JsonPath.TryFind(document, u.Key, out var value) ? value?.ToJsonString() ?? "null" : "absent")}");
                return [new Difference("wait", $"waited {waited.TotalSeconds:F0} s for {until.ToJsonString()}: status {answer.Status}, {string.Join(", ", have)}")];
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static bool NothingGoesOn(int status, JsonNode? document) =>
        status != 200 || (document?["reservation"] is null && document?["target_provision_state"] is null);

    private static bool IsSo(JsonNode? document, string path, JsonNode? wanted)
    {
        var there = JsonPath.TryFind(document, path, out var found);
        return wanted is JsonValue value && value.TryGetValue<string>(out var text) && text == "<absent>" ? !there : there && JsonNode.DeepEquals(found, wanted);
    }

    [GeneratedRegex("^req-[0-9a-f-]{36}$")]
    private static partial Regex RequestId();
}
