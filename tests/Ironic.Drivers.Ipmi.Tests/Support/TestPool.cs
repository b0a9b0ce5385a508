using System.Diagnostics.Metrics;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Interfaces;
using Ironic.Drivers.Ipmi.Sensors;
using Ironic.Drivers.Ipmi.Sessions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>The driver's client with short times, on the real network.</summary>
internal sealed class TestPool : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly UdpTransport _transport;

    public TestPool(Action<IpmiOptions>? configure = null, TimeProvider? time = null)
    {
        Options = new IpmiOptions
        {
            RetransmitAfter = TimeSpan.FromMilliseconds(250),
            MaximumRetransmitAfter = TimeSpan.FromSeconds(1),
            Attempts = 4,
            CommandsPerSecond = 100_000,
            CommandBurst = 100_000,
            PowerPollInterval = TimeSpan.FromMilliseconds(20),
            PowerTimeout = TimeSpan.FromSeconds(5),
            SoftPowerTimeout = TimeSpan.FromSeconds(5),
            ConsoleRetryAfter = TimeSpan.FromMilliseconds(20),
            ConsoleMaximumRetryAfter = TimeSpan.FromMilliseconds(500),
        };
        configure?.Invoke(Options);
        Time = time ?? TimeProvider.System;
        Meters = _services.GetRequiredService<IMeterFactory>();
        Metrics = new IpmiMetrics(Meters);
        _transport = new UdpTransport(Metrics, NullLogger<UdpTransport>.Instance);
        Pool = new BmcPool(_transport, new EndpointResolver(Time), Wrapped, Time, Metrics, NullLogger<BmcPool>.Instance);
        Client = new IpmiClient(Pool);
        Forced = new ForcedBootDevices(Client, Wrapped);
        Power = new IpmiPower(Client, Forced, Wrapped, Time);
        Sensors = new SensorReader(Client);
        Management = new IpmiManagement(Client, Forced, Sensors);
        Vendor = new IpmiVendor(Client);
        Consoles = new ConsoleTable(Pool, Wrapped, Time, Metrics, NullLogger<ConsoleTable>.Instance);
        Console = new IpmiConsole(Consoles);
    }

    public IpmiOptions Options { get; }

    public TimeProvider Time { get; }

    public BmcPool Pool { get; }

    public IpmiClient Client { get; }

    public ForcedBootDevices Forced { get; }

    public IpmiPower Power { get; }

    public SensorReader Sensors { get; }

    public IpmiManagement Management { get; }

    public IpmiVendor Vendor { get; }

    public ConsoleTable Consoles { get; }

    public IpmiConsole Console { get; }

    public IMeterFactory Meters { get; }

    public IpmiMetrics Metrics { get; }

    public IOptions<IpmiOptions> Wrapped => Microsoft.Extensions.Options.Options.Create(Options);

    public async ValueTask DisposeAsync()
    {
        await Consoles.DisposeAsync();
        await Pool.DisposeAsync();
        await _transport.DisposeAsync();
        await _services.DisposeAsync();
    }
}

/// <summary>Nodes whose BMC is at a loopback port.</summary>
internal static class TestNodes
{
    public static NodeContext Create(int port, string user = IpmiSimulator.User, string password = IpmiSimulator.Password, string more = "", string properties = "{}") => new()
    {
        Uuid = $"00000000-0000-4000-8000-{port:x12}",
        DriverInfo = JsonMap.Parse($$"""{"ipmi_address": "127.0.0.1", "ipmi_port": {{port}}, "ipmi_username": "{{user}}", "ipmi_password": "{{password}}"{{(more.Length == 0 ? "" : ", " + more)}}}"""),
        Properties = JsonMap.Parse(properties),
    };
}

/// <summary>Remembers what an operation has said.</summary>
internal sealed class RecordedProgress : IOperationProgress
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _messages = new();

    public IReadOnlyCollection<string> Messages => _messages;

    public void Report(string message, int? percent = null, System.Text.Json.Nodes.JsonObject? driverInternalInfo = null) => _messages.Enqueue(message);
}
