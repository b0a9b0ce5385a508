using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Sensors;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>Boot devices, interrupts and sensors. IPMI knows neither the boot mode nor secure boot nor lights other than one that cannot be read.</summary>
internal class IpmiManagement(IpmiClient client, ForcedBootDevices bootDevices, SensorReader sensors) : ManagementInterface
{
    protected IpmiClient Client => client;

    public override IReadOnlyList<DriverProperty> GetProperties() => IpmiProperties.All;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        IpmiDriverInfo.Read(node);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult(BootDevices.Names);

    public override async ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken)
    {
        if (bootDevices.Find(node) is { } forced)
            return new BootDevice(forced, Persistent: true);
        var flags = await client.UseAsync(node, BootCommands.GetBootFlagsAsync, cancellationToken);
        return new BootDevice(BootDevices.FindName(flags.Selector), flags.Persistent);
    }

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) =>
        bootDevices.SetAsync(node, device, persistent, cancellationToken);

    public override Task InjectNmiAsync(NodeContext node, CancellationToken cancellationToken) =>
        client.UseAsync(node, channel => channel.ControlAsync(ChassisAction.DiagnosticInterrupt), cancellationToken);

    public override async ValueTask<IReadOnlyList<Sensor>> GetSensorsAsync(NodeContext node, CancellationToken cancellationToken) =>
        [.. (await sensors.ReadAsync(node, cancellationToken)).Select(reading => reading.Describe())];
}
