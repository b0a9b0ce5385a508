using System.Globalization;
using Ironic.Rest.Errors;
using Ironic.Rest.Responses;
using Ironic.Rest.Versions;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.OpenApi;

/// <summary>Answers requests for an OpenAPI document: of the microversion in the parameter <c>version</c>, without one of the newest.</summary>
public sealed class OpenApiEndpoint(OpenApiDocuments documents, RestOptions options)
{
    /// <summary>Answers a request, whatever its path is.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var asked = context.Request.Query["version"];
        if (asked.Count <= 1 && TryParse(asked.ToString(), out var minor) && documents.Has(minor))
        {
            var document = documents.Get(minor);
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = document.Length;
            await context.Response.Body.WriteAsync(document, context.RequestAborted);
            return;
        }

        using var output = new PooledBuffer();
        var newest = Microversion.Text(options.MaximumVersion);
        ErrorBody.Write(output, RestException.BadRequest($"The parameter version must be a microversion from 1.1 to {newest}, or latest."), ErrorFormat.Json);
        await ResponseSender.SendJsonAsync(context, StatusCodes.Status400BadRequest, output);
    }

    private bool TryParse(string version, out int minor)
    {
        minor = options.MaximumVersion;
        return version.Length == 0 || version.Equals("latest", StringComparison.OrdinalIgnoreCase)
            || (version.StartsWith("1.", StringComparison.Ordinal) && int.TryParse(version.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out minor));
    }
}
