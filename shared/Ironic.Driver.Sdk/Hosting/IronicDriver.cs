using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;
using Ironic.Driver.Sdk.Registration;
using Ironic.Driver.Sdk.Services;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Ironic.Hosting.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk;

/// <summary>A driver process in a line: <c>return await IronicDriver.RunAsync(args, driver => ...)</c>.</summary>
public static class IronicDriver
{
    internal const string ServiceName = "ironic-driver";

    // Time for what follows the drain: cancelled calls end, connections close.
    private static readonly TimeSpan ShutdownMargin = TimeSpan.FromSeconds(5);

    // Authors' code may block its thread. The pool adds threads above its minimum one or two a second, and while all of them are blocked
    // nothing is answered, the conductors' probes neither.
    private const int ThreadsWithoutDelay = 256;

    /// <summary>Makes a driver process and runs it until it is told to stop (SIGTERM, Ctrl-C).</summary>
    /// <param name="args">The command line: <c>--Driver:Url=http://127.0.0.1:7101 --Driver:Conductors:0=http://127.0.0.1:6390</c>.</param>
    /// <param name="configure">Says what the driver offers.</param>
    /// <returns>The exit code: 0 after a clean stop; 1, with one line on standard error, when the process cannot start.</returns>
    public static async Task<int> RunAsync(string[] args, Action<IronicDriverBuilder> configure)
    {
        try
        {
            return await IronicHost.RunAsync(ServiceName, args, builder => builder.AddIronicDriver(configure), app => app.MapIronicDriver());
        }
        catch (DriverDeclarationException exception)
        {
            await Console.Error.WriteLineAsync($"{ServiceName}: {exception.Message}");
            return 1;
        }
    }

    /// <summary>Adds everything that makes a process a driver, with what all processes of the system share unless the builder has it.</summary>
    public static WebApplicationBuilder AddIronicDriver(this WebApplicationBuilder builder, Action<IronicDriverBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        ThreadPool.GetMinThreads(out var workers, out var completionPorts);
        ThreadPool.SetMinThreads(Math.Max(workers, ThreadsWithoutDelay), completionPorts);
        var services = builder.Services;
        if (!services.Any(service => service.ServiceType == typeof(ServiceHealth)))
            builder.AddIronicHosting(ServiceName);
        var driver = new IronicDriverBuilder(services, builder.Configuration);
        configure(driver);

        services.AddIronicOptions<DriverOptions>(DriverOptions.Section);
        services.AddSingleton<IValidateOptions<DriverOptions>, DriverOptionsValidator>();
        services.AddSingleton(provider => new DriverCatalog(driver.Declaration, provider));
        services.AddSingleton<DriverState>();
        services.AddSingleton<OperationRegistry>();
        services.AddSingleton<CallRunner>();
        services.AddSingleton<CallScopes>();
        services.AddSingleton<DriverRegistration>();
        services.AddHostedService(provider => provider.GetRequiredService<DriverRegistration>());
        services.AddHostedService<DriverLifetime>();
        services.AddOptions<HostOptions>().PostConfigure<IOptions<DriverOptions>>((host, options) =>
            host.ShutdownTimeout = Max(host.ShutdownTimeout, options.Value.DrainTimeout + ShutdownMargin));
        builder.AddIronicGrpc();
        builder.ListenHttp2(provider => provider.GetRequiredService<IOptions<DriverOptions>>().Value.Url);
        return builder;
    }

    /// <summary>Maps the driver's gRPC services and the health service.</summary>
    /// <exception cref="DriverDeclarationException">Something is declared as it must not be.</exception>
    public static WebApplication MapIronicDriver(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        _ = app.Services.GetRequiredService<DriverCatalog>();
        app.MapGrpcService<DriverGrpcService>();
        app.MapGrpcService<PowerGrpcService>();
        app.MapGrpcService<ManagementGrpcService>();
        app.MapGrpcService<ConsoleGrpcService>();
        app.MapGrpcService<VendorGrpcService>();
        app.MapGrpcService<StepGrpcService>();
        app.MapGrpcService<BootGrpcService>();
        app.MapGrpcService<DeployGrpcService>();
        app.MapGrpcService<RescueGrpcService>();
        app.MapGrpcService<InspectGrpcService>();
        app.MapGrpcService<BiosGrpcService>();
        app.MapGrpcService<FirmwareGrpcService>();
        return app.MapIronicHealth();
    }

    private static TimeSpan Max(TimeSpan left, TimeSpan right) => left > right ? left : right;
}
