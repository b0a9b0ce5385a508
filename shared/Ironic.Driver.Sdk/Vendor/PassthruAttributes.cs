namespace Ironic.Driver.Sdk;

/// <summary>What <see cref="PassthruAttribute"/> and <see cref="DriverPassthruAttribute"/> have in common.</summary>
/// <remarks>
/// The method's parameters are bound by name in snake_case (<c>rawBytes</c> from <c>raw_bytes</c>) from the body's members.
/// One without default value that is not nullable, or has [Required], must be given. A member of the body that no parameter takes fails the call,
/// unless the method takes the whole body: as a <see cref="System.Text.Json.Nodes.JsonObject"/>, or as a <see cref="VendorCall"/> and no parameter
/// bound by name. <see cref="NodeContext"/> (node methods), <see cref="DriverContext"/> (driver methods), <see cref="VendorCall"/> and
/// <see cref="CancellationToken"/> are given by the SDK. What the method returns becomes JSON with names in snake_case, null for nothing.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public abstract class VendorMethodAttribute : Attribute
{
    private protected VendorMethodAttribute(string[] httpMethods)
    {
        HttpMethods = httpMethods;
    }

    /// <summary>The HTTP verbs by which the method may be called: POST, PUT, GET, PATCH, DELETE.</summary>
    public IReadOnlyList<string> HttpMethods { get; }

    /// <summary>The public name; null: the C# name in snake_case, without a trailing Async.</summary>
    public string? Method { get; set; }

    /// <summary>What the method does, for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>True: the caller gets HTTP 202 at once and the method runs later. False: the caller waits for the result.</summary>
    public bool Async { get; set; } = true;

    /// <summary>The result is bytes that are sent as they are. Needs <see cref="Async"/> = false and a method that returns bytes.</summary>
    public bool Attach { get; set; }
}

/// <summary>Makes a method of a <see cref="VendorInterface"/> callable on a node.</summary>
/// <param name="httpMethods">The verbs: <c>"POST"</c>.</param>
public sealed class PassthruAttribute(params string[] httpMethods) : VendorMethodAttribute(httpMethods)
{
    /// <summary>The node is locked exclusively from the validation to the end of the method; false: under a shared lock.</summary>
    public bool RequireExclusiveLock { get; set; } = true;
}

/// <summary>Makes a method of a <see cref="VendorInterface"/> callable on the hardware type, without a node.</summary>
/// <param name="httpMethods">The verbs: <c>"GET"</c>.</param>
public sealed class DriverPassthruAttribute(params string[] httpMethods) : VendorMethodAttribute(httpMethods);
