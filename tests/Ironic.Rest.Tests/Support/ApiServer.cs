using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Ironic.Api;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Rest.Tests.Support;

/// <summary>The API process within the test process: real sockets, real HTTP, in front of one or more <see cref="FakeConductor"/>s.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ApiServer(WebApplication app, LogRecorder log)
    {
        _app = app;
        Log = log;
        var addresses = app.Services.GetRequiredService<ListeningAddresses>().Urls;
        (RestUrl, GrpcUrl) = (addresses[0], addresses[1]);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = new Uri(RestUrl) };
    }

    public string RestUrl { get; }

    public string GrpcUrl { get; }

    public HttpClient Client { get; }

    public LogRecorder Log { get; }

    /// <summary>Starts the API.</summary>
    /// <param name="conductors">Addresses of conductors.</param>
    /// <param name="settings">Further settings, as on the command line without the dashes.</param>
    public static async Task<ApiServer> StartAsync(IEnumerable<string> conductors, params string[] settings)
    {
        var builder = IronicHost.CreateBuilder(
            ApiProcess.ServiceName,
            [
                "--Api:RestUrl=http://127.0.0.1:0", "--Api:GrpcUrl=http://127.0.0.1:0",
                .. conductors.Select((url, index) => $"--Api:Conductors:{index}={url}"),
                .. settings.Select(setting => "--" + setting),
            ]);
        var log = new LogRecorder();
        builder.Logging.ClearProviders().AddProvider(log);
        ApiProcess.Configure(builder);
        var app = builder.Build();
        ApiProcess.Map(app);
        await app.StartAsync();
        return new ApiServer(app, log);
    }

    /// <summary>Sends a request.</summary>
    /// <param name="verb">HTTP verb.</param>
    /// <param name="path">Path and query, sent as they are.</param>
    /// <param name="version">Microversion of Ironic's own header; null: no header.</param>
    /// <param name="body">The body.</param>
    /// <param name="contentType">Its media type; null: none.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<Answer> SendAsync(
        string verb, string path, string? version = "1.115", string? body = null, string? contentType = "application/json", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(verb), new Uri(RestUrl + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        if (version is not null)
            request.Headers.TryAddWithoutValidation("X-OpenStack-Ironic-API-Version", version);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            if (contentType is not null)
                request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        }

        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path, string? version = "1.115", params (string Name, string Value)[] headers) =>
        SendAsync("GET", path, version, null, null, headers);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}

/// <summary>An answer over REST.</summary>
internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);

    /// <summary>The text inside of an error's envelope.</summary>
    public string ErrorText => Json.GetProperty("error_message").GetString()!;

    /// <summary>The JSON inside of an error's envelope.</summary>
    public JsonElement Error => JsonSerializer.Deserialize<JsonElement>(ErrorText);

    /// <summary>The text of a method's error.</summary>
    public string Fault => Error.GetProperty("faultstring").GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Checks the shape of a method's error and gives its text.</summary>
    public string AssertMethodError(int status)
    {
        Assert.True(Status == status, $"{Status} {Body}");
        Assert.Equal("application/json", Header("Content-Type"));
        Assert.Equal(["error_message"], Json.EnumerateObject().Select(member => member.Name));
        Assert.Equal(["faultcode", "faultstring", "debuginfo"], Error.EnumerateObject().Select(member => member.Name));
        Assert.Equal(status < 500 ? "Client" : "Server", Error.GetProperty("faultcode").GetString());
        Assert.Equal(JsonValueKind.Null, Error.GetProperty("debuginfo").ValueKind);
        Assert.StartsWith("req-", Header("Openstack-Request-Id"), StringComparison.Ordinal);
        return Fault;
    }

    /// <summary>Checks the shape of a router's error and gives its description.</summary>
    public string AssertRouterError(int status)
    {
        Assert.True(Status == status, $"{Status} {Body}");
        Assert.Equal("application/json", Header("Content-Type"));
        Assert.Equal(["code", "title", "description"], Error.EnumerateObject().Select(member => member.Name));
        Assert.Equal(status, Error.GetProperty("code").GetInt32());
        Assert.Null(Header("Openstack-Request-Id"));
        Assert.Null(Header("X-OpenStack-Ironic-API-Version"));
        return Error.GetProperty("description").GetString()!;
    }

    internal static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), headers);
    }
}
