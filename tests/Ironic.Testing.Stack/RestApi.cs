using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Ironic.Testing.Stack;

/// <summary>A plain REST caller: what a test says is what goes over the wire.</summary>
public sealed class RestApi : IDisposable
{
    private const string VersionHeader = "X-OpenStack-Ironic-API-Version";

    // Longer than any call that a test makes: a call that hangs fails by its own test's limit.
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(3);

    private readonly HttpClient _client;

    public RestApi(Uri url) =>
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = url, Timeout = Timeout };

    public Task<RestAnswer> GetAsync(string path, string? version = "latest") => SendAsync("GET", path, version: version);

    public Task<RestAnswer> PostAsync(string path, object? body, string? version = "latest") => SendAsync("POST", path, Serialize(body), version);

    public Task<RestAnswer> PutAsync(string path, object? body, string? version = "latest") => SendAsync("PUT", path, Serialize(body), version);

    public Task<RestAnswer> PatchAsync(string path, object? body, string? version = "latest") => SendAsync("PATCH", path, Serialize(body), version);

    public Task<RestAnswer> DeleteAsync(string path, string? version = "latest") => SendAsync("DELETE", path, version: version);

    /// <summary>Sends a request.</summary>
    /// <param name="verb">HTTP verb.</param>
    /// <param name="path">Path and query, sent as they are.</param>
    /// <param name="body">The body, sent as it is with the media type application/json; null: none.</param>
    /// <param name="version">The microversion; null: no header.</param>
    /// <param name="headers">Further headers.</param>
    /// <param name="cancellationToken">Gives up, and closes the connection.</param>
    public async Task<RestAnswer> SendAsync(
        string verb, string path, string? body = null, string? version = "latest", IReadOnlyDictionary<string, string>? headers = null, CancellationToken cancellationToken = default)
    {
        var url = new Uri(_client.BaseAddress!.GetLeftPart(UriPartial.Authority) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(verb), url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (version is not null)
            request.Headers.TryAddWithoutValidation(VersionHeader, version);
        if (body is not null)
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        foreach (var (name, value) in headers ?? new Dictionary<string, string>())
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await _client.SendAsync(request, cancellationToken);
        var answerHeaders = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new RestAnswer(
            $"{verb} {path}", (int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), answerHeaders);
    }

    public void Dispose() => _client.Dispose();

    private static string Serialize(object? body) => JsonSerializer.Serialize(body);
}

/// <summary>An answer over REST.</summary>
/// <param name="Request">What was asked, for messages.</param>
public sealed record RestAnswer(string Request, int Status, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Bytes);

    /// <summary>Its <c>Openstack-Request-Id</c>.</summary>
    public string RequestId => Header("Openstack-Request-Id") ?? throw new InvalidOperationException($"{Request}: the answer has no request id.");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Fails, with the body, when the status is another.</summary>
    public RestAnswer AssertStatus(int status)
    {
        Assert.True(Status == status, $"{Request}: {Status} instead of {status}: {Body}");
        return this;
    }

    /// <summary>Checks status and shape of a method's error.</summary>
    /// <returns>Its text for people.</returns>
    public string AssertError(int status)
    {
        AssertStatus(status);
        Assert.Equal("application/json", Header("Content-Type"));
        Assert.Equal(["error_message"], Json.EnumerateObject().Select(member => member.Name));
        // A text that is JSON itself: clients decode twice.
        var error = JsonSerializer.Deserialize<JsonElement>(Json.GetProperty("error_message").GetString()!);
        Assert.Equal(["faultcode", "faultstring", "debuginfo"], error.EnumerateObject().Select(member => member.Name));
        Assert.Equal(status < 500 ? "Client" : "Server", error.GetProperty("faultcode").GetString());
        return error.GetProperty("faultstring").GetString()!;
    }
}
