using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>What one call about a node does at its controller.</summary>
/// <param name="pool">Where the controller is.</param>
/// <param name="target">Which one.</param>
/// <param name="nodeUuid">The node, for messages.</param>
/// <param name="cancellationToken">Ends the call.</param>
internal sealed class RedfishConnection(RedfishPool pool, RedfishTarget target, string nodeUuid, CancellationToken cancellationToken)
{
    private const int MaximumPages = 200;
    private const int MaximumMembers = 10_000;

    /// <summary>Cancelled when the call ends.</summary>
    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The same for another end of the call.</summary>
    public RedfishConnection With(CancellationToken other) => new(pool, target, nodeUuid, other);

    /// <summary>The path of a link.</summary>
    /// <exception cref="PermanentFailureException">It leads to another host, or nowhere.</exception>
    public string Resolve(string link) => ResourcePaths.Normalize(target, link);

    /// <summary>Reads a resource.</summary>
    /// <param name="link">A path, or a link of a controller.</param>
    /// <exception cref="RedfishRefusedException">There is none, or it may not be read.</exception>
    /// <exception cref="DriverException">The controller does not answer, or not with a resource.</exception>
    public async Task<RedfishResource> GetAsync(string link)
    {
        var path = ResourcePaths.Normalize(target, link);
        var request = new RedfishRequest(HttpMethod.Get, path);
        return ToResource(path, await SendAsync(request));
    }

    /// <summary>Reads a resource that need not be there.</summary>
    public async Task<RedfishResource?> TryGetAsync(string? link)
    {
        if (link is null)
            return null;
        try
        {
            return await GetAsync(link);
        }
        catch (RedfishRefusedException refused) when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return null;
        }
    }

    /// <summary>The service root.</summary>
    public Task<RedfishResource> GetRootAsync() => GetAsync(target.RootPath);

    /// <summary>Where the members of a collection are, those on further pages included.</summary>
    public async Task<IReadOnlyList<string>> GetMemberLinksAsync(string link)
    {
        var found = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (string? next = ResourcePaths.Normalize(target, link); next is not null;)
        {
            if (!seen.Add(next) || seen.Count > MaximumPages || found.Count > MaximumMembers)
                throw new PermanentFailureException($"The collection {link} has pages without end.");
            var page = await GetAsync(next);
            found.AddRange(page.Json.Links("Members"));
            next = (page.Json.Text("Members@odata.nextLink") ?? page.Json.Text("@odata.nextLink")) is { } more ? ResourcePaths.Normalize(target, more) : null;
        }

        return found;
    }

    /// <summary>The members of a collection; none when there is no such collection.</summary>
    public async Task<IReadOnlyList<RedfishResource>> GetMembersAsync(string? link)
    {
        if (link is null)
            return [];
        IReadOnlyList<string> links;
        try
        {
            links = await GetMemberLinksAsync(link);
        }
        catch (RedfishRefusedException refused) when (refused.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
        {
            return [];
        }

        return await GetAllAsync(links);
    }

    /// <summary>Resources by their links; those that are not there any more are left out.</summary>
    public async Task<IReadOnlyList<RedfishResource>> GetAllAsync(IReadOnlyList<string> links)
    {
        var members = new List<RedfishResource>(links.Count);
        foreach (var member in links)
        {
            if (await TryGetAsync(member) is { } resource)
                members.Add(resource);
        }

        return members;
    }

    /// <summary>Has something done or made.</summary>
    /// <exception cref="DriverException">The controller refuses, or does not answer: whether it was done is not known then.</exception>
    public async Task<RedfishResponse> PostAsync(string link, JsonObject body) =>
        await SendAsync(new RedfishRequest(HttpMethod.Post, ResourcePaths.Normalize(target, link), body));

    /// <inheritdoc cref="PostAsync"/>
    public async Task<RedfishResponse> DeleteAsync(string link) => await SendAsync(new RedfishRequest(HttpMethod.Delete, ResourcePaths.Normalize(target, link)));

    /// <summary>
    /// Changes a resource, of the version that was read. A controller that finds another one (HTTP 412), or wants to be told (428), gets the present one's;
    /// then that one's strong form, for some take no weak one; then none.
    /// </summary>
    /// <inheritdoc cref="PostAsync"/>
    public async Task<RedfishResponse> PatchAsync(RedfishResource resource, JsonObject body)
    {
        var request = new RedfishRequest(HttpMethod.Patch, resource.Path, body, resource.ETag);
        var response = await SendRawAsync(request);
        if (!IsVersionConflict(response))
            return Check(request, response);
        var fresh = (await GetAsync(resource.Path)).ETag;
        string?[] others = [fresh, fresh?.StartsWith("W/", StringComparison.Ordinal) == true ? fresh[2..] : null, null];
        var tried = new HashSet<string> { resource.ETag ?? "" };
        foreach (var version in others.Where(version => tried.Add(version ?? "")))
        {
            request = request with { IfMatch = version };
            response = await SendRawAsync(request);
            if (!IsVersionConflict(response))
                break;
        }

        return Check(request, response);
    }

    private static bool IsVersionConflict(RedfishResponse response) => response.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired;

    private static RedfishResource ToResource(string path, RedfishResponse response) =>
        response.Body is { ValueKind: JsonValueKind.Object } body
            ? new RedfishResource(path, body, response.ETag ?? body.Text("@odata.etag"))
            : throw new PermanentFailureException($"What is at {path} is no resource: the answer has no JSON object.");

    private static RedfishResponse Check(RedfishRequest request, RedfishResponse response) => response.IsSuccess ? response : throw RedfishFailures.Create(request, response);

    private async Task<RedfishResponse> SendAsync(RedfishRequest request) => Check(request, await SendRawAsync(request));

    /// <summary>Sends a request whose refusal means something.</summary>
    public async Task<RedfishResponse> SendRawAsync(RedfishRequest request)
    {
        try
        {
            return await pool.SendAsync(target, request, cancellationToken);
        }
        catch (BmcUnreachableException exception)
        {
            throw new BmcUnreachableException($"Redfish connection failed for node {nodeUuid}: {exception.Message}", exception);
        }
    }
}
