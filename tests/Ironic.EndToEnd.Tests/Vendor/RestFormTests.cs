
namespace Ironic.EndToEnd.Tests.Vendor;

/// <summary>What only REST has: queries, slashes, media types, microversions.</summary>
public sealed class RestFormTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    public static TheoryData<string> Resources => new("/v1/nodes/NODE", "/v1/drivers/fake-hardware");

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Other_query_parameters_are_refused_and_reach_no_driver(string resource)
    {
        var (node, url, method) = await PrepareAsync(resource);

        Assert.Equal("Unexpected arguments: x", (await _stack.Rest.PostAsync($"{url}/{method}?x=1", new { })).AssertError(400));
        Assert.Equal("Unexpected arguments: x", (await _stack.Rest.PostAsync($"{url}?method={method}&x=1", new { })).AssertError(400));
        Assert.Equal("Unexpected arguments: bar", (await _stack.Rest.SendAsync("GET", $"{url}/{method}?bar=meow")).AssertError(400));

        Assert.Empty(_stack.Calls.Of(node));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Without_any_method_one_is_missing(string resource)
    {
        var (_, url, _) = await PrepareAsync(resource);

        foreach (var verb in new[] { "GET", "POST", "PUT", "PATCH", "DELETE" })
            Assert.Equal("Missing mandatory parameter: method", (await _stack.Rest.SendAsync(verb, url)).AssertError(400));
        Assert.Equal("Missing mandatory parameter: method", (await _stack.Rest.PostAsync(url, new { bar = "x" })).AssertError(400));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task A_member_named_method_hides_the_one_in_the_query(string resource)
    {
        var (_, url, method) = await PrepareAsync(resource);

        Assert.Equal("Missing mandatory parameter: method", (await _stack.Rest.PostAsync($"{url}?method={method}", new { method })).AssertError(400));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Paths_may_end_with_a_slash(string resource)
    {
        var (_, url, method) = await PrepareAsync(resource);

        (await _stack.Rest.PostAsync($"{url}/{method}/", new { })).AssertStatus(200);
        (await _stack.Rest.PostAsync($"{url}/?method={method}", new { })).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task The_listing_is_no_method(string resource)
    {
        var (_, url, _) = await PrepareAsync(resource);

        foreach (var verb in new[] { "POST", "PUT", "PATCH", "DELETE" })
            Assert.Equal("No handler for method methods", (await _stack.Rest.SendAsync(verb, $"{url}/methods")).AssertError(400));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Every_microversion_has_vendor_methods(string resource)
    {
        var (_, url, method) = await PrepareAsync(resource);

        foreach (var version in new[] { null, "1.1", "1.82", "latest" })
            (await _stack.Rest.SendAsync("POST", $"{url}/{method}", "{}", version)).AssertStatus(200);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Arguments_may_have_any_name(string resource)
    {
        var (_, url, method) = await PrepareAsync(resource);

        var answer = await _stack.Rest.PostAsync($"{url}/{method}", new { method = "x", http_method = "GET", task = 1 });

        Assert.Equal("""{"method":"x","http_method":"GET","task":1}""", answer.AssertStatus(200).Json.GetProperty("parameters").GetRawText());
        Assert.Equal("POST", answer.Json.GetProperty("http_method").GetString());
    }

    [Fact]
    public async Task A_method_that_takes_no_such_argument_says_so()
    {
        var url = $"/v1/nodes/{await _stack.CreateNodeAsync()}/vendor_passthru/third_method_sync";

        foreach (var name in new[] { "method", "http_method", "task" })
            Assert.Contains($"'{name}'", (await _stack.Rest.PostAsync(url, new Dictionary<string, string> { ["bar"] = "meow", [name] = "x" })).AssertError(400), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task A_method_is_named_once_and_ends_the_path(string resource)
    {
        var (node, url, method) = await PrepareAsync(resource);

        (await _stack.Rest.PostAsync($"{url}/{method}?method={method}", new { })).AssertError(400);
        (await _stack.Rest.PostAsync($"{url}/{method}/more", new { })).AssertStatus(404);

        Assert.Empty(_stack.Calls.Of(node));
    }

    [Fact]
    public async Task The_answer_has_the_usual_headers()
    {
        var (_, url, method) = await PrepareAsync("/v1/nodes/NODE");

        foreach (var name in new[] { method, "log_passthrough" })
        {
            var answer = await _stack.Rest.SendAsync("POST", $"{url}/{name}", "{}", "1.82");
            Assert.StartsWith("req-", answer.RequestId, StringComparison.Ordinal);
            Assert.Equal("1.82", answer.Header("X-OpenStack-Ironic-API-Version"));
        }
    }

    [Fact]
    public async Task Head_is_no_verb_of_a_method() =>
        Assert.Equal(400, (await _stack.Rest.SendAsync("HEAD", $"/v1/nodes/{await _stack.CreateNodeAsync()}/vendor_passthru/fake_echo")).Status);

    private async Task<(string Node, string Url, string Method)> PrepareAsync(string resource)
    {
        var node = await _stack.CreateNodeAsync();
        return (node, resource.Replace("NODE", node, StringComparison.Ordinal) + "/vendor_passthru", resource.Contains("NODE", StringComparison.Ordinal) ? "fake_echo" : "fake_driver_echo");
    }
}
