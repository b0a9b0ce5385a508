using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Tests.Support;

/// <summary>A request as it would have gone to a controller.</summary>
internal sealed record SentRequest(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public override string ToString() => $"{Method} {Path}";
}

/// <summary>Answers requests in this process by what a test says.</summary>
internal sealed class ScriptedHandler(Func<SentRequest, HttpResponseMessage> answer) : HttpMessageHandler
{
    private readonly ConcurrentQueue<SentRequest> _requests = new();

    public IReadOnlyCollection<SentRequest> Requests => _requests;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        var sent = new SentRequest(request.Method.Method, request.RequestUri!.PathAndQuery, request.Headers.NonValidated.ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.OrdinalIgnoreCase), body);
        _requests.Enqueue(sent);
        return answer(sent);
    }
}

/// <summary>Gives the driver a handler of the test's.</summary>
internal sealed class ScriptedHandlers(HttpMessageHandler handler) : RedfishHandlers(Options.Create(new RedfishOptions()))
{
    public override HttpMessageHandler Create(RedfishTarget target) => handler;
}

/// <summary>Answers of controllers.</summary>
internal static class Answers
{
    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK, params (string Name, string Value)[] headers)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    public static HttpResponseMessage Empty(HttpStatusCode status, params (string Name, string Value)[] headers) => Json("", status, headers);

    /// <summary>A service root with sessions.</summary>
    public const string Root = """
        {"@odata.id": "/redfish/v1/", "Systems": {"@odata.id": "/redfish/v1/Systems"}, "Links": {"Sessions": {"@odata.id": "/redfish/v1/SessionService/Sessions"}}}
        """;

    /// <summary>Answers of a controller that has sessions: the root, and each login with another token; null for all else.</summary>
    public static HttpResponseMessage? Sessions(SentRequest request, ref int opened) => request.ToString() switch
    {
        "GET /redfish/v1/" => Json(Root),
        "POST /redfish/v1/SessionService/Sessions" => Json("{}", HttpStatusCode.Created, ("X-Auth-Token", $"token-{++opened}"), ("Location", $"/redfish/v1/SessionService/Sessions/{opened}")),
        ['D', 'E', 'L', 'E', 'T', 'E', ' ', ..] => Empty(HttpStatusCode.NoContent),
        _ => null,
    };
}
