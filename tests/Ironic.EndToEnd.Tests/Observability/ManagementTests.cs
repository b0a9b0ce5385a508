using Grpc.Core;
using Grpc.Health.V1;
using Grpc.Net.Client;
using Ironic.Stack;

namespace Ironic.EndToEnd.Tests.Observability;

/// <summary>What operators and their tools ask each process.</summary>
public sealed class ManagementTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly TestStack _stack = shared.Stack;

    [Fact]
    public async Task Every_process_is_healthy_and_says_so_over_http_and_grpc()
    {
        using var http = new HttpClient();
        foreach (var process in _stack.Processes.Processes)
        {
            var health = await http.GetAsync(new Uri(process.ManagementUrl, "/healthcheck"));
            Assert.True(health.IsSuccessStatusCode, $"{process.Name}: {await health.Content.ReadAsStringAsync()}");

            using var channel = GrpcChannel.ForAddress(process == _stack.Processes.Api ? _stack.Processes.GrpcUrl : process.Url);
            var answer = await new Health.HealthClient(channel).CheckAsync(new HealthCheckRequest());
            Assert.Equal((process.Name, HealthCheckResponse.Types.ServingStatus.Serving), (process.Name, answer.Status));
        }

        (await _stack.Rest.SendAsync("GET", "/healthcheck", version: null)).AssertStatus(200);
    }

    [Fact]
    public async Task Health_is_known_by_service_and_unknown_services_are_told_apart()
    {
        var health = new Health.HealthClient(_stack.Channel);

        Assert.Equal(
            HealthCheckResponse.Types.ServingStatus.Serving, (await health.CheckAsync(new HealthCheckRequest { Service = "ironic.api.v1.NodeService" })).Status);
        var unknown = await Assert.ThrowsAsync<RpcException>(() => health.CheckAsync(new HealthCheckRequest { Service = "no.such.Service" }).ResponseAsync);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task Every_process_counts_what_it_serves()
    {
        var node = await _stack.CreateNodeAsync();
        (await _stack.Rest.PostAsync($"/v1/nodes/{node}/vendor_passthru/fake_echo", new { })).AssertStatus(200);

        Assert.Contains(
            await ScrapeAsync(_stack.Processes.Api),
            line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("""http_route="/v1/nodes/{node}/vendor_passthru/{method}""", StringComparison.Ordinal));
        Assert.Contains(
            await ScrapeAsync(_stack.Processes.Conductors[0]),
            line => line.StartsWith("ironic_conductor_driver_call_seconds_count{", StringComparison.Ordinal) && line.Contains("""driver="fake""", StringComparison.Ordinal));
        Assert.Contains(
            await ScrapeAsync(_stack.FakeDriver),
            line => line.StartsWith("http_server_request_duration_seconds_count{", StringComparison.Ordinal) && line.Contains("CallNodeMethod", StringComparison.Ordinal));
    }

    private static async Task<string[]> ScrapeAsync(StackProcess process)
    {
        using var http = new HttpClient();
        var answer = await http.GetAsync(new Uri(process.ManagementUrl, "/metrics"));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        return (await answer.Content.ReadAsStringAsync()).Split('\n');
    }
}
