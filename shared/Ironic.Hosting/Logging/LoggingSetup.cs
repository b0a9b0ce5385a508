using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting.Logging;

internal static class LoggingSetup
{
    // Levels are configured as everywhere in .NET (Logging:LogLevel:Category); these are the weakest source.
    private static readonly KeyValuePair<string, string?>[] DefaultLevels =
    [
        new("Logging:LogLevel:Default", "Information"),
        new("Logging:LogLevel:Grpc", "Warning"),
        new("Logging:LogLevel:Microsoft", "Warning"),
        new("Logging:LogLevel:System", "Warning"),
        // Kestrel logs the same; and without this logger no scope and, unless traces are on, no Activity is made for each request.
        new("Logging:LogLevel:Microsoft.AspNetCore.Hosting.Diagnostics", "None"),
    ];

    public static void AddIronicLogging(this WebApplicationBuilder builder)
    {
        ((IConfigurationBuilder)builder.Configuration).Sources.Insert(0, new MemoryConfigurationSource { InitialData = DefaultLevels });
        builder.Logging.ClearProviders();
        builder.Logging.AddConsole();
        builder.Logging.AddConsoleFormatter<TextFormatter, ConsoleFormatterOptions>();
        builder.Logging.AddConsoleFormatter<JsonFormatter, ConsoleFormatterOptions>();
        builder.Services.AddOptions<ConsoleLoggerOptions>().Configure<IOptions<HostingOptions>>((console, hosting) =>
            console.FormatterName = hosting.Value.LogFormat == LogFormat.Json ? JsonFormatter.FormatterName : TextFormatter.FormatterName);
    }
}
