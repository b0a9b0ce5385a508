using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Observability;

/// <summary>What happened to a request is found in the logs of all processes by its id.</summary>
public sealed partial class LogTests
{
    [Fact]
    public async Task A_failure_is_found_in_every_process_by_the_id_that_the_caller_was_told()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("all", "Hosting:LogFormat", "Json") });
        var node = await stack.CreateNodeAsync();

        var answer = await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_fail", new { error_class = "PERMANENT", message = "the fan is gone" });

        answer.AssertError(500);
        await WaitForEventAsync(stack.Processes.Api, answer.RequestId, "ConductorCallFailed");
        await WaitForEventAsync(stack.Processes.Conductors[0], answer.RequestId, "ServerError");
        await WaitForEventAsync(stack.FakeDriver, answer.RequestId, "CallFailed");
    }

    [Fact]
    public async Task A_failure_after_the_answer_has_the_id_of_the_request_that_started_it()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("all", "Hosting:LogFormat", "Json") });
        var node = await stack.CreateNodeAsync();

        var answer = await stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_fail_async", new { error_class = "PERMANENT", message = "the fan is gone" });

        answer.AssertStatus(202);
        await WaitForEventAsync(stack.Processes.Conductors[0], answer.RequestId, "VendorMethodFailed");
        await WaitForEventAsync(stack.FakeDriver, answer.RequestId, "CallFailed");
    }

    [Fact]
    public void Every_message_has_an_event_id_and_a_name_of_its_own()
    {
        var root = StackPrograms.FindRepository();
        var messages = (
            from folder in new[] { "services", "shared" }
            from file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            from Match message in LoggerMessage().Matches(File.ReadAllText(file))
            select (Text: message.Value, Id: EventId().Match(message.Value).Groups[1].Value, Name: EventName().Match(message.Value).Groups[1].Value)).ToList();

        Assert.NotEmpty(messages);
        Assert.DoesNotContain(messages, message => message.Id.Length == 0 || message.Name.Length == 0);
        Assert.Equal([], messages.GroupBy(message => message.Id).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same.Select(message => message.Text))));
        Assert.Equal([], messages.GroupBy(message => message.Name).Where(same => same.Count() > 1).Select(same => string.Join(" and ", same.Select(message => message.Text))));
    }

    private static Task WaitForEventAsync(StackProcess process, string requestId, string name) =>
        Eventually.ThatAsync(
            () => ReadLog(process).Any(entry => Text(entry, "request_id") == requestId && Text(entry, "event") == name && entry.GetProperty("event_id").GetInt32() > 0),
            TestStack.Limit,
            $"{process.Name} logs {name} for {requestId}");

    private static string? Text(JsonElement entry, string member) => entry.TryGetProperty(member, out var value) ? value.GetString() : null;

    private static List<JsonElement> ReadLog(StackProcess process)
    {
        using var file = new StreamReader(new FileStream(process.LogPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = file.ReadToEnd();
        // A line without an end is being written.
        return [.. text[..(text.LastIndexOf('\n') + 1)].Split('\n').Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    [GeneratedRegex("""\[LoggerMessage\((?:"(?:[^"\\]|\\.)*"|[^")])*\)""")]
    private static partial Regex LoggerMessage();

    [GeneratedRegex(@"EventId = (\d+)")]
    private static partial Regex EventId();

    [GeneratedRegex("""EventName = "(\w+)""")]
    private static partial Regex EventName();
}
