namespace Ironic.Rest;

/// <summary>What an operator decides about the REST side, and how the service presents itself.</summary>
public sealed class RestOptions
{
    /// <summary>Base URL of links and of the Location header. Null: the scheme and host of each request.</summary>
    public string? PublicEndpoint { get; set; }

    /// <summary>The newest microversion that is served, as 1.N; an operator may pin an older one.</summary>
    public int MaximumVersion { get; set; } = Versions.Microversion.Newest;

    /// <summary>The largest body, in bytes.</summary>
    public long MaximumBodyBytes { get; set; } = 1 << 20;

    /// <summary>How deep JSON in a body may be nested.</summary>
    public int MaximumBodyDepth { get; set; } = 25;

    /// <summary>After how long without an event a stream gets a line that says nothing, so that nobody on the way takes it for dead.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The service's name in the root document, which clients know it by.</summary>
    public string ServiceName { get; set; } = "OpenStack Ironic API";

    /// <summary>What the service is, in the root document.</summary>
    public string ServiceDescription { get; set; } = "Enrols, provisions and manages bare metal machines.";

    /// <summary>Where the API is described, in the version document.</summary>
    public string DocumentationUrl { get; set; } = "https://docs.openstack.org//ironic/latest/contributor//webapi.html";

    /// <summary>Why the options make no sense; null when they do.</summary>
    public string? Validate() =>
        PublicEndpoint is not null && (!Uri.TryCreate(PublicEndpoint, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Query.Length > 0 || uri.Fragment.Length > 0)
            ? "PublicEndpoint must be an http or https URL without query"
        : MaximumVersion is < Versions.Microversion.Minimum or > Versions.Microversion.Newest
            ? $"MaximumVersion must be from {Versions.Microversion.Minimum} to {Versions.Microversion.Newest}"
        : MaximumBodyBytes is < 1024 or > 1 << 30 ? "MaximumBodyBytes must be from 1 KiB to 1 GiB"
        : MaximumBodyDepth is < 2 or > 60 ? "MaximumBodyDepth must be from 2 to 60"
        : KeepAliveInterval < TimeSpan.FromMilliseconds(10) || KeepAliveInterval > TimeSpan.FromHours(1) ? "KeepAliveInterval must be from 10 ms to one hour"
        : null;
}
