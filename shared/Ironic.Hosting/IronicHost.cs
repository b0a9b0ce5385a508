using System.Data.Common;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting;

/// <summary>Runs a process of the system from its first line to its exit code.</summary>
public static partial class IronicHost
{
    /// <summary>
    /// Builds and runs a process until SIGTERM or SIGINT, then drains it. Configuration comes from <c>appsettings.json</c> beside the
    /// binaries, the environment (<c>Section__Key</c>) and the command line (<c>--Section:Key=value</c>), the last one winning.
    /// </summary>
    /// <param name="serviceName">Name of the kind of process: <c>ironic-conductor</c>.</param>
    /// <param name="args">The command line.</param>
    /// <param name="configure">Adds services and endpoints.</param>
    /// <param name="map">Maps services and routes.</param>
    /// <returns>0 after a clean stop; 1, with one line on standard error, when the process cannot start or a background service failed.</returns>
    public static async Task<int> RunAsync(
        string serviceName, string[] args, Action<WebApplicationBuilder> configure, Action<WebApplication> map)
    {
        ArgumentNullException.ThrowIfNull(configure);
        ArgumentNullException.ThrowIfNull(map);
        try
        {
            var builder = CreateBuilder(serviceName, args);
            configure(builder);
            await using var app = builder.Build();
            map(app);
            try
            {
                await app.StartAsync();
                await app.WaitForShutdownAsync();
            }
            catch (OperationCanceledException) when (app.Lifetime.ApplicationStopping.IsCancellationRequested)
            {
                // Asked to stop before it was up: what has started stops in order.
                await app.StopAsync();
            }

            // The host stops when a background service fails, and calls that a clean stop.
            var failed = app.Services.GetServices<IHostedService>().OfType<BackgroundService>().FirstOrDefault(service => service.ExecuteTask is { IsFaulted: true });
            return failed is null ? 0 : Fail(serviceName, $"{failed.GetType().Name} failed; the log says why");
        }
        catch (Exception e) when (Explain(e) is { } explanation)
        {
            return Fail(serviceName, explanation);
        }
    }

    /// <summary>A builder with <see cref="IronicHostingExtensions.AddIronicHosting"/>, reading <c>appsettings.json</c> from beside the binaries.</summary>
    /// <param name="serviceName">Name of the kind of process: <c>ironic-conductor</c>.</param>
    /// <param name="args">The command line.</param>
    public static WebApplicationBuilder CreateBuilder(string serviceName, string[] args) =>
        WebApplication.CreateSlimBuilder(new WebApplicationOptions
        {
            // Not the current directory: what lies there by chance is no configuration. And not watched: settings are read once.
            ContentRootPath = AppContext.BaseDirectory,
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
        }).AddIronicHosting(serviceName);

    /// <summary>The operator's mistakes in one line; null for what is a defect and needs its stack.</summary>
    internal static string? Explain(Exception exception) => exception switch
    {
        OptionsValidationException e => string.Join("; ", e.Failures),
        FormatException e => e.Message,
        IOException e => e.Message,
        UnauthorizedAccessException e => e.Message,
        SocketException e => e.Message,
        DbException e => $"the database cannot be used: {e.Message}",
        // The binder's way to say that a value has the wrong type, or that a key is unknown.
        InvalidOperationException e when e.TargetSite?.DeclaringType?.FullName?.StartsWith("Microsoft.Extensions.Configuration.", StringComparison.Ordinal) == true =>
            UnknownKeys().Match(e.Message) is { Success: true } match ? $"unknown settings for {match.Groups["type"].Value}: {match.Groups["keys"].Value}" : e.Message,
        AggregateException e when e.InnerExceptions.Count == 1 => Explain(e.InnerExceptions[0]),
        _ => null,
    };

    [GeneratedRegex(@"^'ErrorOnUnknownConfiguration' .* instance of (\w+\.)*(?<type>\w+): (?<keys>.*)$", RegexOptions.Singleline)]
    private static partial Regex UnknownKeys();

    private static int Fail(string serviceName, string explanation)
    {
        Console.Error.WriteLine($"{serviceName}: {explanation.ReplaceLineEndings(" ")}");
        return 1;
    }
}
