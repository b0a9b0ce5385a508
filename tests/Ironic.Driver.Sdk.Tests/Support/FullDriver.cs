using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>A driver whose management controller offers everything.</summary>
internal static class FullDriver
{
    public static Task<DriverHost> StartAsync() => DriverHost.StartAsync(driver =>
    {
        driver.Name = "full";
        driver.Services.AddSingleton<TestPower>().AddSingleton<FullManagement>().AddSingleton<TestConsole>();
        driver.AddHardwareType<FullHardware>();
        driver.AddInterface("test", services => services.GetRequiredService<TestPower>());
        driver.AddInterface("test", services => services.GetRequiredService<FullManagement>());
        driver.AddInterface("test", services => services.GetRequiredService<TestConsole>());
    });

    private sealed class FullHardware : HardwareType
    {
        public override string Name => "full-hardware";

        public override IReadOnlyList<string> SupportedConsoleInterfaces => ["test"];

        public override IReadOnlyList<string> SupportedManagementInterfaces => ["test"];

        public override IReadOnlyList<string> SupportedPowerInterfaces => ["test"];
    }
}

/// <summary>Remembers what it was told.</summary>
internal sealed class FullManagement : ManagementInterface
{
    private static readonly Indicator[] Indicators =
    [
        new("chassis", "led-0", ReadOnly: true, [IndicatorState.Off, IndicatorState.On]),
        new("system", "led", ReadOnly: false, [IndicatorState.Off, IndicatorState.On]),
    ];

    public BootMode? Mode { get; private set; }

    public bool? SecureBoot { get; private set; }

    public int Interrupts { get; private set; }

    public IndicatorState SystemLed { get; private set; } = IndicatorState.Off;

    public (VirtualMediaType Type, string ImageUrl)? Attached { get; private set; }

    public IReadOnlyList<VirtualMediaType>? Detached { get; private set; }

    public MachineState State { get; set; } = new(null, null, null);

    public override ValueTask<MachineState> GetMachineStateAsync(NodeContext node, CancellationToken cancellationToken) => new(State);

    public override ValueTask<IReadOnlyList<Sensor>> GetSensorsAsync(NodeContext node, CancellationToken cancellationToken) => new(
    [
        new Sensor("Fan", "Fan 1 (0x2)", "Fan 1") { Value = 5400, Unit = "RPM", Status = SensorStatus.Ok, Thresholds = new SensorThresholds(500, 300, null, null, null, 11000) },
        new Sensor("Power Unit", "Redundancy (0x9)", "Redundancy") { States = 0x05 },
    ]);

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new(["disk"]);

    public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(new BootDevice("disk", true));

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task SetBootModeAsync(NodeContext node, BootMode mode, CancellationToken cancellationToken)
    {
        Mode = mode;
        return Task.CompletedTask;
    }

    public override ValueTask<IReadOnlyList<VirtualMediaDevice>> GetVirtualMediaAsync(NodeContext node, CancellationToken cancellationToken) =>
        new([new VirtualMediaDevice(["CD", "DVD"], true, "http://192.0.2.1/a.iso"), new VirtualMediaDevice(["Floppy"], null, null)]);

    public override Task AttachVirtualMediaAsync(NodeContext node, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken)
    {
        Attached = (type, imageUrl);
        return Task.CompletedTask;
    }

    public override Task DetachVirtualMediaAsync(NodeContext node, IReadOnlyList<VirtualMediaType> types, CancellationToken cancellationToken)
    {
        Detached = types;
        return Task.CompletedTask;
    }

    public override Task SetSecureBootAsync(NodeContext node, bool enabled, CancellationToken cancellationToken)
    {
        SecureBoot = enabled;
        return Task.CompletedTask;
    }

    public override Task InjectNmiAsync(NodeContext node, CancellationToken cancellationToken)
    {
        Interrupts++;
        return Task.CompletedTask;
    }

    public override ValueTask<IReadOnlyList<Indicator>> GetIndicatorsAsync(NodeContext node, CancellationToken cancellationToken) => new(Indicators);

    public override ValueTask<IndicatorState> GetIndicatorStateAsync(NodeContext node, Indicator indicator, CancellationToken cancellationToken) =>
        new(indicator.Component == "system" ? SystemLed : IndicatorState.On);

    public override Task SetIndicatorStateAsync(NodeContext node, Indicator indicator, IndicatorState state, CancellationToken cancellationToken)
    {
        SystemLed = state;
        return Task.CompletedTask;
    }
}

/// <summary>A console that is where it was started.</summary>
internal sealed class TestConsole : ConsoleInterface
{
    public ConsoleAddress Address { get; set; } = new("socat", "tcp://127.0.0.1:8023");

    public bool IsStarted { get; private set; }

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<ConsoleAddress> GetConsoleAsync(NodeContext node, CancellationToken cancellationToken) => new(Address);

    public override Task StartConsoleAsync(NodeContext node, CancellationToken cancellationToken)
    {
        IsStarted = true;
        return Task.CompletedTask;
    }

    public override Task StopConsoleAsync(NodeContext node, CancellationToken cancellationToken)
    {
        IsStarted = false;
        return Task.CompletedTask;
    }
}
