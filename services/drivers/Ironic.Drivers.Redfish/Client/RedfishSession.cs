using System.Net;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>A session at a controller.</summary>
/// <param name="Token">What requests show; a secret.</param>
/// <param name="Path">Where it is deleted; null: the controller has not said.</param>
internal sealed record RedfishSession(string Token, string? Path)
{
    public override string ToString() => Path ?? "session";
}

/// <summary>Opens and closes sessions at one controller.</summary>
internal sealed class SessionOpener(RedfishTarget target, HttpExchange exchange)
{
    /// <summary>Opens a session.</summary>
    /// <returns>Null: the controller has no sessions.</returns>
    /// <exception cref="BmcAuthenticationException">It refuses the credentials.</exception>
    /// <exception cref="DriverException">It refuses for another reason.</exception>
    public async Task<RedfishSession?> OpenAsync(RedfishCredentials credentials, CancellationToken cancellationToken)
    {
        if (await FindSessionsAsync(credentials, cancellationToken) is not { } path)
            return null;
        var request = new RedfishRequest(HttpMethod.Post, path, new JsonObject { ["UserName"] = credentials.Username, ["Password"] = credentials.Password });
        var response = await exchange.SendAsync(request, null, cancellationToken);
        switch (response.Status)
        {
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw new BmcAuthenticationException($"{target} refuses the credentials of '{credentials.Username}'.");
            case HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented:
                return null;
        }

        if (!response.IsSuccess)
            throw RedfishFailures.Create(request, response);
        if (response.Token is not { } token)
            throw new PermanentFailureException($"{target} has opened a session, but says not by which token.");
        var location = response.Location ?? response.Body?.Text("@odata.id");
        return new RedfishSession(token, location is null ? null : ResourcePaths.Normalize(target, location));
    }

    /// <summary>Closes a session.</summary>
    /// <returns>Whether the controller has confirmed it.</returns>
    public async Task<bool> CloseAsync(RedfishSession session, CancellationToken cancellationToken)
    {
        if (session.Path is null)
            return false;
        var response = await exchange.SendAsync(new RedfishRequest(HttpMethod.Delete, session.Path), new Authorization(session.Token, null), cancellationToken);
        return response.IsSuccess || response.Status is HttpStatusCode.NotFound or HttpStatusCode.Unauthorized;
    }

    private async Task<string?> FindSessionsAsync(RedfishCredentials credentials, CancellationToken cancellationToken)
    {
        var root = await ReadAsync(target.RootPath, null, cancellationToken) ?? throw new PermanentFailureException($"There is no Redfish service at {target}.");
        if (root.Json.Link("Links", "Sessions") is { } sessions)
            return ResourcePaths.Normalize(target, sessions);
        if (root.Json.Link("SessionService") is not { } service)
            return null;
        // What is not the root or a login may need a user.
        var found = await ReadAsync(ResourcePaths.Normalize(target, service), new Authorization(null, credentials), cancellationToken);
        return found?.Json.Flag("ServiceEnabled") != false && found?.Json.Link("Sessions") is { } path ? ResourcePaths.Normalize(target, path) : null;
    }

    private async Task<RedfishResource?> ReadAsync(string path, Authorization? authorization, CancellationToken cancellationToken)
    {
        var request = new RedfishRequest(HttpMethod.Get, path);
        var response = await exchange.SendAsync(request, authorization, cancellationToken);
        if (response.Status == HttpStatusCode.NotFound)
            return null;
        if (response.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden && authorization is not null)
            throw new BmcAuthenticationException($"{target} refuses the credentials of '{authorization.Credentials!.Username}'.");
        return response.IsSuccess && response.Body is { ValueKind: System.Text.Json.JsonValueKind.Object } body ? new RedfishResource(path, body, response.ETag) : throw RedfishFailures.Create(request, response);
    }
}
