
namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>
/// REST as gophercloud, the Go client that Metal3 uses, speaks it: below <c>/v1/</c>, one microversion that its caller has chosen, named in both
/// headers, and JSON bodies with any verb.
/// </summary>
/// <param name="rest">The API.</param>
/// <param name="microversion">The microversion; null: none is sent.</param>
internal sealed class GophercloudClient(RestApi rest, string? microversion)
{
    /// <summary>What Metal3 asks for when the service has it.</summary>
    public const string Metal3 = "1.110";

    /// <summary>The oldest that Metal3 works with.</summary>
    public const string Metal3Baseline = "1.89";

    /// <param name="verb">HTTP verb.</param>
    /// <param name="path">What follows <c>/v1/</c>.</param>
    /// <param name="body">JSON; null: no body and no media type.</param>
    public Task<RestAnswer> SendAsync(string verb, string path, string? body = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal) { ["User-Agent"] = "gophercloud/v2.8.0" };
        if (microversion is not null)
            headers["OpenStack-API-Version"] = $"baremetal {microversion}";
        return rest.SendAsync(verb, "/v1/" + path, body, microversion, headers);
    }
}
