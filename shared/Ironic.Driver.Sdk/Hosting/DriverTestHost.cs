using Grpc.Net.Client;
using Ironic.Hosting;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk;

/// <summary>A whole driver inside of a test: it listens on a free port of the loopback address, registers nowhere, and is called over gRPC as a conductor calls it.</summary>
/// <example><code>
/// await using var host = await DriverTestHost.StartAsync(driver => driver.AddHardwareType&lt;…&gt;()…);
/// var info = (await new DriverService.DriverServiceClient(host.Channel).GetInfoAsync(new GetInfoRequest())).Info;
/// </code></example>
public sealed class DriverTestHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private DriverTestHost(WebApplication app)
    {
        _app = app;
        Url = app.Services.GetRequiredService<ListeningAddresses>().Urls[0];
        Channel = GrpcChannels.Create(Url);
    }

    /// <summary>Where it listens.</summary>
    public string Url { get; }

    /// <summary>A channel to it, for the stubs of the contract.</summary>
    public GrpcChannel Channel { get; }

    /// <summary>What was registered in the driver's <see cref="IronicDriverBuilder.Services"/>.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a driver.</summary>
    /// <param name="configure">Says what it offers, as the driver's program does.</param>
    /// <param name="args">Further settings: <c>--Acme:Timeout=00:00:05</c>.</param>
    /// <exception cref="DriverDeclarationException">Something is declared as it must not be.</exception>
    public static async Task<DriverTestHost> StartAsync(Action<IronicDriverBuilder> configure, params string[] args)
    {
        var builder = IronicHost.CreateBuilder(IronicDriver.ServiceName, ["--Driver:Url=http://127.0.0.1:0", .. args]);
        builder.AddIronicDriver(configure);
        var app = builder.Build();
        try
        {
            app.MapIronicDriver();
            await app.StartAsync();
            return new DriverTestHost(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it; what still runs in it is cancelled.</summary>
    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await _app.DisposeAsync();
    }
}
