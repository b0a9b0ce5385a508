using Ironic.Rest.OpenApi;

namespace Ironic.Api;

/// <summary>
/// Serves what the API says about itself: <c>/openapi.json?version=1.82</c> and <c>/docs</c>, which shows it to people. Both are outside of
/// Ironic's own paths and need neither version nor authentication.
/// </summary>
internal sealed class DocumentationEndpoint(OpenApiEndpoint documents, ApiOptions options)
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
            await documents.AnswerAsync(context);
            return true;
        }

        if (context.Request.Path != PagePath)
            return false;
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.ContentLength = _page.Length;
        await context.Response.Body.WriteAsync(_page, context.RequestAborted);
        return true;
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
