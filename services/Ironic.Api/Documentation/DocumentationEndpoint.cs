using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.Rest.OpenApi;

namespace Ironic.Api;

/// <summary>
/// Serves what the API says about itself: <c>/openapi.json?version=1.82</c> and <c>/docs</c>, which shows it to people. Both are outside of
/// Ironic's own paths and need neither version nor authentication.
/// </summary>
internal sealed class DocumentationEndpoint(OpenApiDocuments documents, ApiOptions options)
{
    private const string DocumentPath = "/openapi.json";
    private const string PagePath = "/docs";

    private readonly byte[] _page = ReadPage();

    /// <returns>false when the request is for something else.</returns>
    public async ValueTask<bool> TryAnswerAsync(HttpContext context)
    {
        if (!options.Documentation || !HttpMethods.IsGet(context.Request.Method))
            return false;
        if (context.Request.Path == DocumentPath)
        {
            await AnswerDocumentAsync(context);
            return true;
        }

        if (context.Request.Path != PagePath)
            return false;
        await SendAsync(context, "text/html; charset=utf-8", _page);
        return true;
    }

    private Task AnswerDocumentAsync(HttpContext context)
    {
        var asked = context.Request.Query["version"];
        if (asked.Count <= 1 && TryParse(asked.ToString(), out var minor) && documents.Has(minor))
            return SendAsync(context, "application/json", documents.Get(minor));
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        var detail = new JsonObject
        {
            ["faultcode"] = "Client",
            ["faultstring"] = string.Create(CultureInfo.InvariantCulture, $"The parameter version must be a microversion from 1.1 to 1.{options.MaximumVersion}, or latest."),
            ["debuginfo"] = null,
        };
        return SendAsync(context, "application/json", System.Text.Encoding.UTF8.GetBytes(new JsonObject { ["error_message"] = detail.ToJsonString() }.ToJsonString()));
    }

    private bool TryParse(string version, out int minor)
    {
        minor = options.MaximumVersion;
        return version.Length == 0 || version.Equals("latest", StringComparison.OrdinalIgnoreCase)
            || (version.StartsWith("1.", StringComparison.Ordinal) && int.TryParse(version.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out minor));
    }

    private static Task SendAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> body)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static byte[] ReadPage()
    {
        using var stream = typeof(DocumentationEndpoint).Assembly.GetManifestResourceStream("docs.html")
            ?? throw new InvalidOperationException("The page docs.html is not part of the program.");
        using var page = new MemoryStream();
        stream.CopyTo(page);
        return page.ToArray();
    }
}
