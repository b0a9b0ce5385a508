using System.Net;
using System.Text.Json;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>What a controller answered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The JSON in it; null when there was none.</param>
internal sealed record RedfishResponse(HttpStatusCode Status, JsonElement? Body)
{
    /// <summary>The version of the resource.</summary>
    public string? ETag { get; init; }

    /// <summary>Where what was made is, or the monitor of a task, or where to ask instead.</summary>
    public string? Location { get; init; }

    /// <summary>When to come again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The token of a session that was opened.</summary>
    public string? Token { get; init; }

    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Neither the token nor the body, which may have secrets.</summary>
    public override string ToString() => $"HTTP {(int)Status}";
}
