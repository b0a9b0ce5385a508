using System.Text.Json;
using Ironic.Hosting.Logging;
using Ironic.Hosting.Requests;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Hosting.Tests;

public sealed class LogFormatTests
{
    private const string RequestId = "req-3f1a2b3c-0000-4000-8000-000000000001";

    private readonly ManualTimeProvider _time = new();
    private readonly LoggerExternalScopeProvider _scopes = new();

    [Fact]
    public void A_text_line_has_what_people_look_for()
    {
        using var request = _scopes.Push(new RequestContext(RequestId));
        using var scope = _scopes.Push(new Dictionary<string, object?> { ["Node"] = "n1" });

        Assert.Equal(
            $"2026-01-31T12:00:00.000Z INF Ironic.Test NodeCreated[7] {RequestId}: created Node=n1\n",
            Text("created"));
    }

    [Fact]
    public void What_comes_from_outside_cannot_forge_a_line_nor_steer_a_terminal() =>
        Assert.Equal("2026-01-31T12:00:00.000Z INF Ironic.Test NodeCreated[7]: a\\r\\nb\\u001b[31mc\td\n", Text("a\r\nb\u001b[31mc\td"));

    [Fact]
    public void An_exception_is_indented()
    {
        var lines = Text("failed", new InvalidOperationException("first\nsecond")).Split('\n');

        Assert.StartsWith("    System.InvalidOperationException: first", lines[1], StringComparison.Ordinal);
        Assert.Equal("    second", lines[2]);
    }

    [Fact]
    public void A_json_line_is_one_object_with_typed_properties()
    {
        using var request = _scopes.Push(new RequestContext(RequestId));
        using var scope = _scopes.Push(new Dictionary<string, object?> { ["Node"] = "n1" });

        var line = Json("say \"hi\"\n", new InvalidOperationException("why"));

        Assert.Equal(1, line.Count(c => c == '\n'));
        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        Assert.Equal("2026-01-31T12:00:00Z", root.GetProperty("timestamp").GetString());
        Assert.Equal("INF", root.GetProperty("level").GetString());
        Assert.Equal("ironic-test", root.GetProperty("service").GetString());
        Assert.Equal("Ironic.Test", root.GetProperty("category").GetString());
        Assert.Equal(7, root.GetProperty("event_id").GetInt32());
        Assert.Equal("NodeCreated", root.GetProperty("event").GetString());
        Assert.Equal(RequestId, root.GetProperty("request_id").GetString());
        Assert.Equal("say \"hi\"\n", root.GetProperty("message").GetString());
        Assert.Equal("""{"Count":3,"Ok":true,"Nothing":null}""", root.GetProperty("properties").GetRawText());
        Assert.Equal("""{"Node":"n1"}""", root.GetProperty("scope").GetRawText());
        Assert.Contains("why", root.GetProperty("exception").GetString(), StringComparison.Ordinal);
        Assert.False(root.TryGetProperty("trace_id", out _));
    }

    private string Text(string message, Exception? exception = null)
    {
        using var writer = new StringWriter();
        new TextFormatter(_time).Write(Entry(message, exception), _scopes, writer);
        return writer.ToString();
    }

    private string Json(string message, Exception? exception = null)
    {
        using var writer = new StringWriter();
        new JsonFormatter(_time, new ServiceIdentity("ironic-test", "1", "i")).Write(Entry(message, exception), _scopes, writer);
        return writer.ToString();
    }

    private static LogEntry<KeyValuePair<string, object?>[]> Entry(string message, Exception? exception) => new(
        LogLevel.Information,
        "Ironic.Test",
        new EventId(7, "NodeCreated"),
        [new("Count", 3), new("Ok", true), new("Nothing", null), new("{OriginalFormat}", "x")],
        exception,
        (_, _) => message);
}
