using System.Net;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Health;
using Ironic.Hosting.Management;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Hosting.Tests;

public sealed class ManagementTests : IDisposable
{
    private readonly HttpClient _client = new();

    [Fact]
    public async Task Calls_are_counted_with_their_grpc_status()
    {
        await using var host = await StartAsync();
        var nodes = new NodeService.NodeServiceClient(host.Invoker);
        await nodes.GetNodeAsync(new GetNodeRequest());
        await nodes.GetNodeAsync(new GetNodeRequest());
        host.Behaviour.GetNode = (_, _) => throw new IronicException(ErrorReason.NodeNotFound, "none");
        await Assert.ThrowsAsync<RpcException>(async () => await nodes.GetNodeAsync(new GetNodeRequest()));

        var metrics = await _client.GetStringAsync(Url(host, "/metrics"));

        Assert.Equal(2, Count(StatusCode.OK));
        Assert.Equal(1, Count(StatusCode.NotFound));

        int Count(StatusCode code) => metrics.Split('\n')
            .Where(line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) &&
                line.Contains("http_route=\"/ironic.api.v1.NodeService/GetNode\"", StringComparison.Ordinal) &&
                line.Contains($"rpc_grpc_status_code=\"{(int)code}\"", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task The_text_is_valid_for_prometheus()
    {
        await using var host = await StartAsync();

        using var response = await _client.GetAsync(Url(host, "/metrics"));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var types = new HashSet<string>();
        foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
                Assert.True(types.Add(line.Split(' ')[2]), $"twice: {line}");
            else if (!line.StartsWith("# HELP ", StringComparison.Ordinal))
                Assert.Matches("""^[a-zA-Z_:][a-zA-Z0-9_:]*(\{([a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\[\\"n])*",?)+\})? (\+Inf|-Inf|NaN|-?[0-9.]+(E[+-]?[0-9]+)?)$""", line);
        }

        Assert.NotEmpty(types);
    }

    [Fact]
    public async Task The_health_is_told_with_its_reasons()
    {
        await using var host = await StartAsync();
        var health = host.App.Services.GetRequiredService<ServiceHealth>();
        Assert.Equal("""{"status":"serving","conditions":{"host":{"healthy":true}}}""", await _client.GetStringAsync(Url(host, "/healthcheck")));

        health.Set("database", false, "does not answer");
        using var response = await _client.GetAsync(Url(host, "/healthcheck"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(
            """{"status":"not serving","conditions":{"database":{"healthy":false,"reason":"does not answer"},"host":{"healthy":true}}}""",
            await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/metrics/", HttpStatusCode.NotFound)]
    [InlineData("GET", "/grpc.health.v1.Health/Check", HttpStatusCode.NotFound)]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("DELETE", "/healthcheck", HttpStatusCode.MethodNotAllowed)]
    [InlineData("HEAD", "/healthcheck", HttpStatusCode.OK)]
    public async Task Nothing_else_is_served(string method, string path, HttpStatusCode expected)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), Url(host, path));

        using var response = await _client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task The_main_endpoint_serves_no_management()
    {
        await using var host = await StartAsync();
        _client.DefaultRequestVersion = HttpVersion.Version20;
        _client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var response = await _client.GetAsync(new Uri(host.Url + "/metrics"));

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    public void Dispose() => _client.Dispose();

    private static Task<TestHost> StartAsync() => TestHost.StartAsync(args: "--Management:Url=http://127.0.0.1:0");

    private static Uri Url(TestHost host, string path) => new(host.App.Services.GetRequiredService<ManagementServer>().Url + path);
}
