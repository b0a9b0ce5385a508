using System.Text.Json;
using Ironic.Hosting.Health;
using Ironic.Hosting.Metrics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ironic.Hosting.Management;

/// <summary>Answers <c>GET /metrics</c> and <c>GET /healthcheck</c>.</summary>
internal sealed class ManagementApplication(ServiceHealth health, MetricCollector metrics) : IHttpApplication<HttpContext>
{
    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
    }

    public Task ProcessRequestAsync(HttpContext context)
    {
        var isMetrics = context.Request.Path == "/metrics";
        if (!isMetrics && context.Request.Path != "/healthcheck")
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            context.Response.Headers.Allow = "GET, HEAD";
            return Task.CompletedTask;
        }

        context.Response.Headers.CacheControl = "no-store";
        if (isMetrics)
        {
            context.Response.ContentType = PrometheusWriter.ContentType;
            return context.Response.WriteAsync(metrics.Scrape(), context.RequestAborted);
        }

        var snapshot = health.Current;
        context.Response.StatusCode = snapshot.IsServing ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(ToJson(snapshot), context.RequestAborted).AsTask();
    }

    private static byte[] ToJson(HealthSnapshot snapshot)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", snapshot.IsServing ? "serving" : "not serving");
            json.WriteStartObject("conditions");
            foreach (var (name, condition) in snapshot.Conditions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(name);
                json.WriteBoolean("healthy", condition.Healthy);
                if (condition.Reason is not null)
                    json.WriteString("reason", condition.Reason);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
