using Ironic.Driver.Sdk;
using Ironic.Drivers.Fake.Behaviour;

namespace Ironic.Drivers.Fake.Interfaces;

/// <summary>A management controller that only knows how to boot from the network, and has two lights that are always on.</summary>
internal class FakeManagement(FakeBehaviour behaviour) : ManagementInterface
{
    private static readonly string[] Devices = ["pxe"];

    private static readonly Indicator[] Indicators =
    [
        new("chassis", "led-0", ReadOnly: true, [IndicatorState.Off, IndicatorState.On]),
        new("system", "led", ReadOnly: false, [IndicatorState.Blinking, IndicatorState.Off, IndicatorState.On]),
    ];

    protected FakeBehaviour Behaviour { get; } = behaviour;

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await Behaviour.ApplyAsync(node.DriverInfo, "management.validate", cancellationToken);

    public override async ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await Behaviour.ApplyAsync(node.DriverInfo, "management.get_supported_boot_devices", cancellationToken);
        return Devices;
    }

    public override async ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await Behaviour.ApplyAsync(node.DriverInfo, "management.get_boot_device", cancellationToken);
        return new BootDevice("pxe", Persistent: false);
    }

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) =>
        Behaviour.RunAsync(
            node,
            "management.set_boot_device",
            () => Devices.Contains(device) ? Task.FromResult(device) : throw new InvalidParameterException($"Invalid boot device {device} specified."),
            cancellationToken);

    public override async ValueTask<IReadOnlyList<Indicator>> GetIndicatorsAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await Behaviour.ApplyAsync(node.DriverInfo, "management.get_supported_indicators", cancellationToken);
        return Indicators;
    }

    public override async ValueTask<IndicatorState> GetIndicatorStateAsync(NodeContext node, Indicator indicator, CancellationToken cancellationToken)
    {
        await Behaviour.ApplyAsync(node.DriverInfo, "management.get_indicator_state", cancellationToken);
        return IndicatorState.On;
    }
}
