using System.Text.Json.Nodes;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>A request to a controller.</summary>
/// <param name="Method">The verb.</param>
/// <param name="Path">Path and query at the controller.</param>
/// <param name="Body">What is sent; null: nothing.</param>
/// <param name="IfMatch">The version of the resource that is meant; null: whichever.</param>
internal sealed record RedfishRequest(HttpMethod Method, string Path, JsonObject? Body = null, string? IfMatch = null)
{
    /// <summary>Whether it does no harm to send it again when it may have been done.</summary>
    public bool IsRepeatable => Method == HttpMethod.Get || Method == HttpMethod.Head;

    /// <summary>How messages call it; the body may have secrets.</summary>
    public override string ToString() => $"{Method} {Path}";
}
