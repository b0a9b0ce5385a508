using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>Where the links of a controller lead.</summary>
internal static class ResourcePaths
{
    /// <summary>The path and query of a link; what is behind a # says which part of the resource is meant.</summary>
    /// <exception cref="PermanentFailureException">It leads to another host, which must not see credentials, or nowhere.</exception>
    public static string Normalize(RedfishTarget target, string link)
    {
        if (!Uri.TryCreate(target.Root, link, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new PermanentFailureException($"{target} has a link that leads nowhere.");
        // Controllers behind a forwarded port call themselves by the port that they know.
        if (!string.Equals(uri.IdnHost, target.Base.IdnHost, StringComparison.OrdinalIgnoreCase))
            throw new PermanentFailureException($"{target} has a link to another host, {uri.IdnHost}, which is not followed.");
        return uri.PathAndQuery;
    }
}
