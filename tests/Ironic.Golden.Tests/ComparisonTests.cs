using System.Text.Json.Nodes;
using Ironic.Golden.Tests.Replay;

namespace Ironic.Golden.Tests;

/// <summary>The comparison sees what it is there to see.</summary>
public sealed class ComparisonTests
{
    [Theory]
    [InlineData("""{"a": 1}""", """{"a": 1}""", null)]
    [InlineData("""{"a": 1}""", """{"a": 2}""", "json.a")]
    [InlineData("""{"a": 1}""", """{"a": 1.0}""", "json.a")]
    [InlineData("""{"a": 1}""", """{"a": true}""", "json.a")]
    [InlineData("""{"a": 1}""", """{"a": "1"}""", "json.a")]
    [InlineData("""{"a": null}""", "{}", "json.a")]
    [InlineData("{}", """{"a": null}""", "json.a")]
    [InlineData("""{"a": {"b": []}}""", """{"a": {"b": {}}}""", "json.a.b")]
    [InlineData("""{"a": [1, 2]}""", """{"a": [2, 1]}""", "json.a.0 json.a.1")]
    [InlineData("""{"a": [1, 2]}""", """{"a": [1]}""", "json.a")]
    [InlineData("""{"traits": ["A", "B"]}""", """{"traits": ["B", "A"]}""", null)]
    [InlineData("""{"traits": ["A", "B"]}""", """{"traits": ["B", "B"]}""", "json.traits.0")]
    [InlineData("""{"last_error": ""}""", """{"last_error": "x"}""", null)]
    [InlineData("""{"last_error": ""}""", """{"last_error": null}""", "json.last_error")]
    [InlineData("""{"version": "1.82"}""", """{"version": "1.115"}""", "json.version")]
    public void A_document_differs(string recorded, string got, string? where) =>
        Assert.Equal(where ?? "", Compare("{}", Json(200, recorded), Json(200, got)));

    [Theory]
    [InlineData("""{"soft": ["json.a"]}""", """{"a": 1, "b": 1}""", """{"a": 2, "b": 2}""", "json.b")]
    [InlineData("""{"ignore": ["json.a*"]}""", """{"a": {"c": 1}, "b": 1}""", """{"b": 1}""", "")]
    [InlineData("""{"extra": ["json.c"]}""", """{"a": 1}""", """{"a": 1, "b": 1, "c": 1}""", "json.b")]
    [InlineData("""{"extra": ["json.c"]}""", """{"c": 1}""", """{"c": 2}""", "json.c")]
    [InlineData("""{"newer": ["json.*version"]}""", """{"version": "1.82"}""", """{"version": "1.115"}""", "")]
    [InlineData("""{"newer": ["json.*version"]}""", """{"version": "1.82"}""", """{"version": "1.9"}""", "json.version")]
    public void A_step_says_what_need_not_be_equal(string step, string recorded, string got, string where) =>
        Assert.Equal(where, Compare(step, Json(200, recorded), Json(200, got)));

    [Theory]
    [InlineData("{}", 400, 404, "status")]
    [InlineData("""{"also": {"status": [404]}}""", 400, 404, "")]
    [InlineData("""{"also": {"status": [404]}}""", 400, 405, "status")]
    [InlineData("{}", 500, 400, "")]
    [InlineData("{}", 500, 501, "status")]
    [InlineData("{}", 200, 500, "status")]
    public void A_status_differs(string step, int recorded, int got, string where) =>
        Assert.Equal(where, Compare(step, new Answer(recorded, Headers(), null), new Answer(got, Headers(), null)));

    [Fact]
    public void A_header_differs()
    {
        Assert.Equal("header.Location", Compare("{}", new Answer(201, Headers(("Location", "/a")), null), new Answer(201, Headers(("Location", "/b")), null)));
        Assert.Equal("header.Location", Compare("{}", new Answer(201, Headers(("Location", "/a")), null), new Answer(201, Headers(), null)));
        Assert.Equal("header.Location", Compare("{}", new Answer(204, Headers(), null), new Answer(204, Headers(("Location", "/a")), null)));
        Assert.Equal("header.Content-Type", Compare("{}", new Answer(204, Headers(), null), new Answer(204, Headers(("Content-Type", "text/plain")), null)));
    }

    [Fact]
    public void A_body_of_another_kind_differs()
    {
        var json = Json(400, """{"faultcode": "Client"}""");
        Assert.Equal("body", Compare("{}", json, json with { Body = new AnswerBody("error", json.Body!.Content) }));
        Assert.Equal("body", Compare("{}", json, json with { Body = null }));
        Assert.Equal("body", Compare("{}", json with { Body = null }, json));
    }

    private static string Compare(string step, Answer recorded, Answer got) =>
        string.Join(' ', Comparison.Differences(new Step(1, JsonNode.Parse(step)!.AsObject(), "1.82"), recorded, got, "1.82").Select(d => d.Path));

    private static Answer Json(int status, string body) => new(status, Headers(), new AnswerBody("json", JsonNode.Parse(body)));

    private static Dictionary<string, string> Headers(params (string Name, string Value)[] headers) => headers.ToDictionary(h => h.Name, h => h.Value);
}
