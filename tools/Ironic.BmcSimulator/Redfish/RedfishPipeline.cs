using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Ironic.BmcSimulator.Redfish.Resources;
using Microsoft.AspNetCore.Http;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>The way of a request: count it, let faults happen, authenticate, find who answers, check preconditions, answer.</summary>
/// <param name="stopping">Ends what waits.</param>
internal sealed class RedfishPipeline(CancellationToken stopping)
{
    private const int LongestBody = 1 << 20;

    private static readonly RouteTable Routes = new RouteTable()
        .AddRoot().AddSystems().AddInventory().AddBios().AddStorage().AddManagers().AddVirtualMedia().AddChassis().AddUpdates().AddTasks().AddEvents().AddRegistries().AddDell();

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    public async Task HandleAsync(HttpContext context, RedfishService service)
    {
        var path = context.Request.Path.Value!.TrimEnd('/');
        var route = FindRoute(path, out var serverId, out var values);
        var server = serverId is null ? service.Only : service.Find(serverId);
        using var passage = new Passage(service, server);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping, context.RequestAborted);
        try
        {
            var faults = (server?.Faults ?? service.Faults).Draw(FaultScope.Redfish, path, context.Request.Method);
            foreach (var _ in faults)
                passage.Each(counters => counters.FaultMet());
            if (service.Behaviour.AnswerDelay > TimeSpan.Zero)
                await Task.Delay(service.Behaviour.AnswerDelay, service.Time, over.Token);
            if (server is { IsUnavailable: true } || !await HttpFaults.PassAsync(faults, service.Time, over.Token))
            {
                passage.End();
                HttpFaults.ResetConnection(context);
                return;
            }

            var answer = await AnswerAsync(context, service, server, serverId, route, path, values, faults, passage, over.Token);
            // From here on the caller may know the answer, so its next request is not one at the same time.
            passage.End();
            await HttpAnswer.WriteAsync(context, answer, service.Behaviour, isMalformed: faults.Any(fault => fault.Kind == FaultKind.Malformed), over.Token);
        }
        catch (Exception exception) when (over.IsCancellationRequested && exception is OperationCanceledException or IOException)
        {
            // The caller has gone, or the fleet stops.
            context.Abort();
        }
    }

    private static Route? FindRoute(string path, out string? server, out List<string> values)
    {
        (server, values) = (null, []);
        if (!path.Equals(Json.Root, StringComparison.Ordinal) && !path.StartsWith($"{Json.Root}/", StringComparison.Ordinal))
            return null;
        var below = path[Json.Root.Length..].Trim('/');
        return Routes.Find(below.Length == 0 ? [] : below.Split('/'), out server, out values);
    }

    private static async Task<RedfishResponse> AnswerAsync(
        HttpContext context, RedfishService service, SimulatedServer? server, string? serverId, Route? route, string path, List<string> values,
        IReadOnlyList<Fault> faults, Passage passage, CancellationToken cancellation)
    {
        try
        {
            if (path == "/redfish")
                return RedfishResponse.Ok(new JsonObject { ["v1"] = $"{Json.Root}/" });
            HttpFaults.ThrowIfUnavailable(faults);
            var credentialsAreWrong = faults.Any(fault => fault.Kind == FaultKind.WrongCredentials);
            var isAuthenticated = RedfishAuthentication.Check(service, context.Request) && !credentialsAreWrong;
            if (!isAuthenticated && route is not { IsOpen: true })
                throw RedfishAuthentication.Failure();
            if (route is null || (serverId is not null && server is null))
                throw RedfishException.NotFound(path);
            if (!route.Methods.TryGetValue(context.Request.Method, out var handler))
                throw new RedfishException(405, "OperationNotAllowed", $"{context.Request.Method} is not possible here.");
            var request = new RedfishRequest(service, path, values, await ReadBodyAsync(context.Request, passage, cancellation), new Uri($"{context.Request.Scheme}://{context.Request.Host}"))
            {
                Skip = int.TryParse(context.Request.Query["$skip"], out var skip) ? Math.Max(0, skip) : 0,
                IsAuthenticated = isAuthenticated,
                CredentialsAreWrong = credentialsAreWrong,
                SessionsAreFull = faults.Any(fault => fault.Kind == FaultKind.SessionsExhausted),
            };
            if (serverId is null)
                return Run(context.Request, route, handler, request);
            lock (server!.Sync)
                return Run(context.Request, route, handler, request with { Server = server });
        }
        catch (RedfishException exception)
        {
            return new RedfishResponse(exception.Status, exception.ToJson()) { RetryAfter = exception.RetryAfter };
        }
    }

    private static RedfishResponse Run(HttpRequest http, Route route, Func<RedfishRequest, RedfishResponse> handler, RedfishRequest request)
    {
        if (HttpMethods.IsPatch(http.Method) && request.Behaviour.ETags != ETagMode.None)
            CheckPrecondition(http, route.Methods["GET"](request).Body!, request.Behaviour);
        return handler(request);
    }

    private static void CheckPrecondition(HttpRequest http, JsonObject current, RedfishBehaviour behaviour)
    {
        if (http.Headers.IfMatch is not { Count: > 0 } wanted)
        {
            if (behaviour.RequireIfMatch)
                throw new RedfishException(428, "PreconditionRequired", "The request needs the header If-Match.");
            return;
        }

        // Only strong tags match (RFC 9110, 13.1.1): a weak one is sent back in vain.
        var tags = wanted.SelectMany(header => header!.Split(',', StringSplitOptions.TrimEntries));
        if (!tags.Any(tag => tag == "*" || tag == ETag(current)))
            throw new RedfishException(412, "PreconditionFailed", "The resource has changed since.");
    }

    /// <summary>The strong tag of a resource: it changes with what the resource says.</summary>
    public static string ETag(JsonObject body) => $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body)).AsSpan(0, 8))}\"";

    private static async Task<JsonObject> ReadBodyAsync(HttpRequest request, Passage passage, CancellationToken cancellation)
    {
        using var body = new MemoryStream();
        var buffer = new byte[4096];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellation)) > 0)
        {
            if (body.Length + read > LongestBody)
                throw new RedfishException(413, "PayloadTooLarge", "The body is too long.");
            body.Write(buffer, 0, read);
        }

        if (body.Length == 0)
            return [];
        try
        {
            return JsonNode.Parse(body.GetBuffer().AsSpan(0, (int)body.Length), documentOptions: Strict) as JsonObject ?? throw new JsonException("It is no object.");
        }
        catch (JsonException)
        {
            passage.Each(counters => counters.ProtocolError());
            throw new RedfishException(400, "MalformedJSON", "The body is no JSON object.");
        }
    }
}
