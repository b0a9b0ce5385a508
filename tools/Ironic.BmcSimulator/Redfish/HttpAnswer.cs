using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Writes answers.</summary>
internal static class HttpAnswer
{
    public static async Task WriteAsync(HttpContext context, RedfishResponse answer, RedfishBehaviour behaviour, bool isMalformed, CancellationToken cancellation)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers["OData-Version"] = "4.0";
        response.Headers.CacheControl = "no-store";
        if (answer.Location is not null)
            response.Headers.Location = answer.Location;
        if (answer.Token is not null)
            response.Headers["X-Auth-Token"] = answer.Token;
        if (answer.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (answer.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Basic realm=\"Redfish\"";
        if (answer.Body is null)
            return;

        if (answer.Status == StatusCodes.Status200OK && behaviour.ETags != ETagMode.None)
        {
            var strong = RedfishPipeline.ETag(answer.Body);
            var tag = behaviour.ETags == ETagMode.Weak ? $"W/{strong}" : strong;
            response.Headers.ETag = tag;
            answer.Body["@odata.etag"] = tag;
            if (HttpMethods.IsGet(context.Request.Method) && context.Request.Headers.IfNoneMatch.Contains(tag))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                return;
            }
        }

        var bytes = JsonSerializer.SerializeToUtf8Bytes(answer.Body);
        if (isMalformed)
            bytes = bytes[..(bytes.Length / 2)];
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(bytes, cancellation);
    }
}
