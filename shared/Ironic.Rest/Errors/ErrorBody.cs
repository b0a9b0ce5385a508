using System.Globalization;
using System.Net;
using Ironic.Rest.Responses;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.WebUtilities;

namespace Ironic.Rest.Errors;

/// <summary>Writes the bodies of errors.</summary>
internal static class ErrorBody
{
    /// <summary>Writes the body of an error. Its media type is always application/json.</summary>
    public static void Write(PooledBuffer output, RestException error, ErrorFormat format)
    {
        if (error.Shape == ErrorShape.Guard)
        {
            WriteFault(output, error, withDebugInfo: false);
            return;
        }

        using var inner = new PooledBuffer();
        if (error.Shape == ErrorShape.Method)
            WriteFault(inner, error, withDebugInfo: true);
        else if (format == ErrorFormat.Json)
            WriteRouterJson(inner, error);
        else
            WriteRouterText(inner, error, format);
        // Every error is a text inside of this envelope, also when that text is JSON; clients decode twice.
        output.Write("{\"error_message\":"u8);
        output.WriteText(inner.Span);
        output.WriteByte((byte)'}');
    }

    private static void WriteFault(PooledBuffer output, RestException error, bool withDebugInfo)
    {
        output.Write("{\"faultcode\":"u8);
        output.WriteText(error.Fault is { Length: > 0 } fault ? fault : error.Status < 500 ? "Client" : "Server");
        output.Write(",\"faultstring\":"u8);
        output.WriteText(error.Message);
        output.Write(withDebugInfo ? ",\"debuginfo\":null}"u8 : "}"u8);
    }

    private static void WriteRouterJson(PooledBuffer output, RestException error)
    {
        output.Write("{\"code\":"u8);
        output.WriteNumber((long)error.Status);
        output.Write(",\"title\":"u8);
        output.WriteText(ReasonPhrases.GetReasonPhrase(error.Status));
        output.Write(",\"description\":"u8);
        output.WriteText(error.Message);
        output.WriteByte((byte)'}');
    }

    private static void WriteRouterText(PooledBuffer output, RestException error, ErrorFormat format)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{error.Status} {ReasonPhrases.GetReasonPhrase(error.Status)}");
        var text = format == ErrorFormat.Html
            ? $"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{WebUtility.HtmlEncode(error.Message)}</p></body></html>"
            : $"{title}\n\n{error.Message}";
        output.Write(WireWriter.StrictUtf8.GetBytes(text));
    }
}
