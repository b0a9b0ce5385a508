using Ironic.Hosting.Health;
using Ironic.Hosting.Requests;
using Ironic.Rest;

namespace Ironic.Api;

/// <summary>The REST side of the process: gives each request its id and its logging scope.</summary>
internal sealed class RestEndpoint(
    RestTranscoder transcoder, DocumentationEndpoint documentation, ServiceHealth health, ApiOptions options, ILogger<RestEndpoint> logger)
{
    private const string HealthPath = "/healthcheck";

    public async Task InvokeAsync(HttpContext context)
    {
        if (options.HealthCheck && context.Request.Path == HealthPath && HttpMethods.IsGet(context.Request.Method))
        {
            await AnswerHealthAsync(context);
            return;
        }

        if (await documentation.TryAnswerAsync(context))
            return;
        var current = RequestContext.CreateNew();
        RequestContext.Current = current;
        using var scope = logger.BeginScope(current);
        await transcoder.InvokeAsync(context, current.RequestId);
    }

    private Task AnswerHealthAsync(HttpContext context)
    {
        var serving = health.Current.IsServing;
        context.Response.StatusCode = serving ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain";
        return context.Response.WriteAsync(serving ? "OK" : "Unavailable", context.RequestAborted);
    }
}
