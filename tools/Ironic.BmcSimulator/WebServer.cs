using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace Ironic.BmcSimulator;

/// <summary>The beginning of the simulator's web servers: Kestrel and nothing else, no settings from outside.</summary>
internal static class WebServer
{
    public static WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // Only what is wrong with the simulator itself, and not among the lines that scripts read.
        builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Error);
        builder.WebHost.UseKestrelCore();
        return builder;
    }
}
