using Ironic.Rest.Plans;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Responses;

/// <summary>Sends answers.</summary>
internal static class ResponseSender
{
    public static async Task SendJsonAsync(HttpContext context, int status, PooledBuffer json)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = json.Length;
        // The answer to HEAD has the headers of a GET, and no body.
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(json.Memory, context.RequestAborted);
    }

    /// <summary>Sends the bytes of a response field as they are.</summary>
    public static async Task SendBytesAsync(HttpContext context, int status, PooledBuffer reply, FieldPlan field)
    {
        var bytes = WireFields.FindBytes(reply.Span, field).ToArray();
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }

    public static void SendEmpty(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        if (status != StatusCodes.Status204NoContent)
            context.Response.ContentLength = 0;
    }
}
