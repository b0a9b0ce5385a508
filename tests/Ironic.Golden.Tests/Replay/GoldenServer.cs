using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ironic.Testing;

namespace Ironic.Golden.Tests.Replay;

/// <summary>What one request got.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>The body as JSON; null when it is none.</summary>
    public JsonNode? TryParse()
    {
        try
        {
            return Body.Length == 0 ? null : JsonNode.Parse(Body);
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

/// <summary>The server that is asked. Paths go out as they are written.</summary>
internal sealed class GoldenServer(Uri url) : IDisposable
{
    private static readonly (string Path, string Key)[] Collections =
    [
        ("/v1/allocations", "allocations"), ("/v1/nodes", "nodes"), ("/v1/chassis", "chassis"), ("/v1/deploy_templates", "deploy_templates"),
        ("/v1/ports", "ports"), ("/v1/portgroups", "portgroups"),
    ];

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { Timeout = TimeSpan.FromSeconds(90) };

    public string BaseUrl { get; } = url.OriginalString.TrimEnd('/');

    public async Task<RawAnswer> SendAsync(string method, string path, IEnumerable<KeyValuePair<string, string>> headers, byte[]? body)
    {
        var target = new Uri(BaseUrl + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
            request.Content = new ByteArrayContent(body);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                request.Content?.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await _client.SendAsync(request);
        var got = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers))
            got[name] = string.Join(", ", values);
        // HttpClient makes a Content-Length of its own for an answer without a body; nothing else is added.
        return new RawAnswer((int)response.StatusCode, got, await response.Content.ReadAsByteArrayAsync());
    }

    public Task<RawAnswer> GetAsync(string path, string version = "1.82") => CallAsync("GET", path, null, version);

    public Task<RawAnswer> CallAsync(string method, string path, string? json, string version = "1.82") => SendAsync(
        method,
        path,
        [new(Comparison.VersionHeader, version), new("Accept", "application/json"), .. json is null ? [] : new[] { KeyValuePair.Create("Content-Type", "application/json") }],
        json is null ? null : Encoding.UTF8.GetBytes(json));

    /// <summary>The name of the conductor, which answers mention.</summary>
    public async Task<string> FindHostAsync() =>
        (string)(await GetAsync("/v1/conductors")).TryParse()!["conductors"]!.AsArray()[0]!["hostname"]!;

    /// <summary>Everything that a replay may have made.</summary>
    public async Task<List<string>> FindLeftoversAsync()
    {
        var found = new List<string>();
        foreach (var (path, key) in Collections)
        {
            var answer = await GetAsync(path);
            if (answer.Status == (int)HttpStatusCode.OK)
                found.AddRange(answer.TryParse()![key]!.AsArray().Select(item => $"{path}/{(string)item!["uuid"]!}"));
        }

        return found;
    }

    /// <summary>Deletes everything, whatever its state.</summary>
    /// <exception cref="TimeoutException">Something stays.</exception>
    public Task WipeAsync() => Eventually.ThatAsync(
        async () =>
        {
            // What belongs to something else may go only after it, and what is locked later.
            var left = await FindLeftoversAsync();
            foreach (var path in left)
                await RemoveAsync(path);
            return left.Count == 0;
        },
        TimeSpan.FromSeconds(60),
        "what a replay made can be deleted");

    /// <summary>Waits until no node is locked.</summary>
    /// <exception cref="TimeoutException">One stays locked.</exception>
    public Task WaitUntilUnlockedAsync() => Eventually.ThatAsync(
        async () => (await GetAsync("/v1/nodes?fields=reservation")).TryParse()!["nodes"]!.AsArray().All(node => node!["reservation"] is null),
        TimeSpan.FromSeconds(60),
        "no node is locked");

    public void Dispose() => _client.Dispose();

    private async Task RemoveAsync(string path)
    {
        if (path.StartsWith("/v1/nodes/", StringComparison.Ordinal))
        {
            await CallAsync("PATCH", path, """[{"op": "add", "path": "/protected", "value": false}]""");
            await CallAsync("PUT", path + "/maintenance", """{"reason": "removed after a replay"}""");
        }

        await CallAsync("DELETE", path, null);
    }
}
