using Ironic.Rest.Versions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Ironic.Rest.Responses;

/// <summary>The headers that every answer of a method has.</summary>
internal sealed class ResponseHeaders(VersionNegotiator negotiator)
{
    private const string RequestId = "Openstack-Request-Id";
    private const string LongRequestId = "X-Openstack-Request-Id";

    private readonly StringValues _minimum = Microversion.Text(Microversion.Minimum);
    private readonly StringValues _maximum = Microversion.Text(negotiator.Maximum);

    /// <summary>The microversion of a request.</summary>
    public NegotiatedVersion Negotiate(HttpContext context) => negotiator.Negotiate(context.Request.Headers);

    /// <summary>Sets all of them.</summary>
    public void Set(HttpContext context, NegotiatedVersion version, string requestId)
    {
        SetRange(context);
        context.Response.Headers[VersionNegotiator.LegacyHeader] = Microversion.Text(version.Minor);
        SetRequestId(context, requestId);
    }

    /// <summary>Sets the request's id.</summary>
    public static void SetRequestId(HttpContext context, string requestId)
    {
        context.Response.Headers[RequestId] = requestId;
        context.Response.Headers[LongRequestId] = requestId;
    }

    /// <summary>Sets the range of supported versions.</summary>
    public void SetRange(HttpContext context)
    {
        context.Response.Headers[VersionNegotiator.MinimumHeader] = _minimum;
        context.Response.Headers[VersionNegotiator.MaximumHeader] = _maximum;
    }

    /// <summary>Takes all of them away, as an answer of the router has none.</summary>
    public static void Clear(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.Remove(VersionNegotiator.MinimumHeader);
        headers.Remove(VersionNegotiator.MaximumHeader);
        headers.Remove(VersionNegotiator.LegacyHeader);
        headers.Remove(RequestId);
        headers.Remove(LongRequestId);
    }
}
