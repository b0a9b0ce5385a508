namespace Ironic.Hosting.Requests;

/// <summary>Names of the headers, HTTP's and gRPC's alike, that go with a request from process to process.</summary>
public static class RequestHeaders
{
    /// <summary>Identifies the request in the logs of all processes: <c>req-UUID</c>.</summary>
    public const string RequestId = "x-openstack-request-id";

    /// <summary>The microversion of the REST request, <c>1.82</c>. Absent: the newest.</summary>
    public const string ApiVersion = "ironic-api-version";

    /// <summary>The key of a creation that may be repeated, 1 to 255 visible ASCII characters. Absent: every request creates.</summary>
    public const string IdempotencyKey = "idempotency-key";

    /// <summary>Hostname of the conductor that passed the request on to the one that serves the node. Absent: it came from the API or a caller.</summary>
    public const string ForwardedBy = "ironic-forwarded-by";
}
