using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Hosting;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>A driver process inside of the test: a real gRPC server on a port that the system chose, and clients that call it as a conductor does.</summary>
internal sealed class DriverHost : IAsyncDisposable
{
    /// <summary>The longest that anything here may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly GrpcChannel _channel;

    private DriverHost(WebApplication app, ManualTime time, CapturedLogs logs, string url)
    {
        App = app;
        Time = time;
        Logs = logs;
        Url = url;
        _channel = GrpcChannels.Create(url);
        var invoker = _channel.WithRequestContext();
        Driver = new V1.DriverService.DriverServiceClient(invoker);
        Power = new V1.PowerService.PowerServiceClient(invoker);
        Management = new V1.ManagementService.ManagementServiceClient(invoker);
        Console = new V1.ConsoleService.ConsoleServiceClient(invoker);
        Vendor = new V1.VendorPassthruService.VendorPassthruServiceClient(invoker);
        Boot = new V1.BootService.BootServiceClient(invoker);
        Steps = new V1.StepService.StepServiceClient(invoker);
        Health = new Grpc.Health.V1.Health.HealthClient(invoker);
    }

    public WebApplication App { get; }

    public ManualTime Time { get; }

    public CapturedLogs Logs { get; }

    public string Url { get; }

    public V1.DriverService.DriverServiceClient Driver { get; }

    public V1.PowerService.PowerServiceClient Power { get; }

    public V1.ManagementService.ManagementServiceClient Management { get; }

    public V1.ConsoleService.ConsoleServiceClient Console { get; }

    public V1.VendorPassthruService.VendorPassthruServiceClient Vendor { get; }

    public V1.BootService.BootServiceClient Boot { get; }

    public V1.StepService.StepServiceClient Steps { get; }

    public Grpc.Health.V1.Health.HealthClient Health { get; }

    public TestPower TestPower => App.Services.GetRequiredService<TestPower>();

    public TestManagement TestManagement => App.Services.GetRequiredService<TestManagement>();

    public TestVendor TestVendor => App.Services.GetRequiredService<TestVendor>();

    /// <summary>Starts a driver.</summary>
    /// <param name="configure">Says what it offers; null: the test's interfaces.</param>
    /// <param name="args">Its command line.</param>
    public static async Task<DriverHost> StartAsync(Action<IronicDriverBuilder>? configure = null, params string[] args)
    {
        var (app, time, logs) = Build(configure ?? DeclareTestDriver, args);
        await app.StartAsync();
        return new DriverHost(app, time, logs, app.Services.GetRequiredService<ListeningAddresses>().Urls[0]);
    }

    /// <summary>Makes a driver process as its program does, without starting it.</summary>
    public static (WebApplication App, ManualTime Time, CapturedLogs Logs) Build(Action<IronicDriverBuilder> configure, params string[] args)
    {
        var time = new ManualTime();
        var logs = new CapturedLogs();
        var builder = IronicHost.CreateBuilder("ironic-driver", ["--Driver:Url=http://127.0.0.1:0", .. args]);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.Logging.AddProvider(logs);
        builder.AddIronicDriver(configure);
        var app = builder.Build();
        app.MapIronicDriver();
        return (app, time, logs);
    }

    public static void DeclareTestDriver(IronicDriverBuilder driver)
    {
        driver.Name = "test";
        driver.Version = "1.2.3";
        driver.Vendor = "Test Corporation";
        driver.Services.AddSingleton<TestPower>().AddSingleton<TestManagement>().AddSingleton<TestVendor>();
        driver.AddHardwareType<TestHardware>();
        driver.AddInterface("test", services => services.GetRequiredService<TestPower>());
        driver.AddInterface("test", services => services.GetRequiredService<TestManagement>());
        driver.AddInterface("test", services => services.GetRequiredService<TestVendor>());
    }

    public async Task<V1.DriverInfo> GetInfoAsync() => (await Driver.GetInfoAsync(new V1.GetInfoRequest())).Info;

    /// <summary>Calls the vendor method <c>run</c>.</summary>
    public AsyncUnaryCall<V1.CallNodeMethodResponse> Run(
        string operationId, ulong epoch = 0, string node = Requests.Node, string body = "{}", CallOptions options = default) =>
        Vendor.CallNodeMethodAsync(Requests.NodeMethod("run", body, operationId: operationId, epoch: epoch, node: node), options);

    public async ValueTask DisposeAsync()
    {
        _channel.Dispose();
        await App.DisposeAsync();
    }
}
