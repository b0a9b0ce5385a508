namespace Ironic.Rest.Errors;

/// <summary>Who refuses a request, which decides what the error looks like.</summary>
internal enum ErrorShape
{
    /// <summary>The method: <c>faultcode</c>, <c>faultstring</c> and <c>debuginfo</c>, with version headers and request id.</summary>
    Method,

    /// <summary>The router: <c>code</c>, <c>title</c> and <c>description</c>, without those headers.</summary>
    Router,

    /// <summary>The guard in front of everything: <c>faultcode</c> and <c>faultstring</c>, not wrapped.</summary>
    Guard,
}

/// <summary>The request ends with an error that its caller is told.</summary>
internal sealed class RestException(int status, string message, ErrorShape shape = ErrorShape.Method) : Exception(message)
{
    public int Status { get; } = status;

    public ErrorShape Shape { get; } = shape;

    /// <summary>The fault code where it is not the usual one of the status.</summary>
    public string? Fault { get; init; }

    /// <summary>Whether the answer carries the range of supported versions, though it is no method's.</summary>
    public bool HasVersionRange { get; init; }

    /// <summary>A request that makes no sense.</summary>
    public static RestException BadRequest(string message) => new(400, message);

    /// <summary>A body that does not fit what it shall be.</summary>
    public static RestException Schema(string schema, string message) => new(400, $"Schema error for {schema}: {message}");

    /// <summary>Something that the request's microversion does not have.</summary>
    public static RestException NotAcceptable(uint since = 0) => new(
        406, since == 0 ? "Request not acceptable." : $"Request not acceptable. The minimal required API version should be 1.{since}");

    /// <summary>A refusal of the router.</summary>
    public static RestException Router(int status, string description = "") => new(status, description, ErrorShape.Router);

    /// <summary>A path parameter is missing, or a mandatory parameter of the query or body.</summary>
    public static RestException Missing(string name) => BadRequest($"Missing mandatory parameter: {name}");

    /// <summary>There are parameters that the method does not take.</summary>
    public static RestException Unexpected(IEnumerable<string> names) => BadRequest($"Unexpected arguments: {string.Join(", ", names)}");
}
