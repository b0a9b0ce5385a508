namespace Ironic.Driver.Sdk;

/// <summary>A call of a vendor method: by which name and verb, with what body.</summary>
public sealed class VendorCall
{
    /// <summary>The public name of the method: <c>send_raw</c>.</summary>
    public required string Method { get; init; }

    /// <summary>The HTTP verb in upper case: <c>POST</c>.</summary>
    public required string HttpMethod { get; init; }

    /// <summary>The body.</summary>
    public JsonMap Parameters { get; init; } = JsonMap.Empty;

    /// <summary>Whether the body has <paramref name="parameter"/> with a value other than null.</summary>
    public bool Has(string parameter) => Parameters.Has(parameter);
}
