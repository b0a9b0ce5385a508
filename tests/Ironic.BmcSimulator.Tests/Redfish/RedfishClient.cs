using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Tests.Redfish;

/// <summary>Plain requests to a Redfish service.</summary>
internal sealed class RedfishClient : IDisposable
{
    // Redfish's names begin with capitals.
    private static readonly JsonSerializerOptions AsWritten = new();

    private readonly HttpClient _client;

    public RedfishClient(SimulatedFleet fleet, Uri url, bool authenticate = true)
    {
        _client = new HttpClient { BaseAddress = url, Timeout = TimeSpan.FromMinutes(1) };
        if (authenticate)
            _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{fleet.Options.User}:{fleet.Options.Password}")));
    }

    public HttpRequestHeaders Headers => _client.DefaultRequestHeaders;

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body is string text ? new StringContent(text, Encoding.UTF8, "application/json") : JsonContent.Create(body, options: AsWritten);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return _client.SendAsync(request, cancellation);
    }

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await SendAsync(HttpMethod.Get, path);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonNode>())!;
    }

    /// <summary>The status of the answer.</summary>
    public async Task<int> StatusAsync(HttpMethod method, string path, object? body = null, string? ifMatch = null)
    {
        using var answer = await SendAsync(method, path, body, ifMatch);
        return (int)answer.StatusCode;
    }

    public Task<int> ResetAsync(SimulatedServer server, string type) => StatusAsync(HttpMethod.Post, $"{server.SystemPath}/Actions/ComputerSystem.Reset", new { ResetType = type });

    public void Dispose() => _client.Dispose();
}
