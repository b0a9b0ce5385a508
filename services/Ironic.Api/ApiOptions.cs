using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Ironic.Rest;
using Microsoft.Extensions.Options;

namespace Ironic.Api;

/// <summary>The API process: section <c>Api</c>.</summary>
public sealed class ApiOptions
{
    /// <summary>Where REST is served, over HTTP/1.1.</summary>
    public string RestUrl { get; set; } = "http://127.0.0.1:6385";

    /// <summary>Where gRPC is served, over HTTP/2.</summary>
    public string GrpcUrl { get; set; } = "http://127.0.0.1:6386";

    /// <summary>Addresses of the conductors' gRPC endpoints.</summary>
    public IList<string> Conductors { get; } = [];

    /// <summary>How long a conductor may take to answer, when the caller has set no deadline.</summary>
    public TimeSpan ConductorTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Base URL of links. Null: scheme and host of each request.</summary>
    public string? PublicEndpoint { get; set; }

    /// <summary>Minor number of the newest microversion that is served.</summary>
    public int MaximumVersion { get; set; } = new RestOptions().MaximumVersion;

    /// <summary>The largest request body, in bytes.</summary>
    public long MaximumBodyBytes { get; set; } = new RestOptions().MaximumBodyBytes;

    /// <summary>After how long without an event a stream of server-sent events gets a line that says nothing.</summary>
    public TimeSpan KeepAliveInterval { get; set; } = new RestOptions().KeepAliveInterval;

    /// <summary>Whether GET /healthcheck answers on the REST endpoint.</summary>
    public bool HealthCheck { get; set; } = true;

    /// <summary>Whether GET /openapi.json and GET /docs answer on the REST endpoint.</summary>
    public bool Documentation { get; set; } = true;

    /// <summary>The conductors, or the one of a stack on one machine.</summary>
    internal IEnumerable<string> ConductorAddresses => Conductors.Count > 0 ? Conductors : ["http://127.0.0.1:6390"];

    /// <summary>The part that concerns the transcoder.</summary>
    internal RestOptions ToRestOptions() => new()
    {
        PublicEndpoint = PublicEndpoint,
        MaximumVersion = MaximumVersion,
        MaximumBodyBytes = MaximumBodyBytes,
        KeepAliveInterval = KeepAliveInterval,
    };
}

/// <summary>Says at start what is wrong with the options.</summary>
internal sealed class ApiOptionsValidator : IValidateOptions<ApiOptions>
{
    public ValidateOptionsResult Validate(string? name, ApiOptions options)
    {
        var failures = new List<string>();
        if (options.ToRestOptions().Validate() is { } error)
            failures.Add($"Api:{error}");
        if (options.ConductorTimeout <= TimeSpan.Zero)
            failures.Add("Api:ConductorTimeout must be positive");
        if (ListenAddress.FindMistake(options.RestUrl) is { } rest)
            failures.Add($"Api:RestUrl: {rest}");
        if (ListenAddress.FindMistake(options.GrpcUrl) is { } grpc)
            failures.Add($"Api:GrpcUrl: {grpc}");
        foreach (var (index, conductor) in options.Conductors.Index())
        {
            if (GrpcChannels.FindMistake(conductor) is { } mistake)
                failures.Add($"Api:Conductors:{index}: {mistake}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
