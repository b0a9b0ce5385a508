using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example;

/// <summary>Knows from what a machine boots.</summary>
public sealed class ExampleManagement(ExampleMachines machines) : ManagementInterface
{
    private static readonly string[] Devices = ["disk", "pxe"];

    public override IReadOnlyList<DriverProperty> GetProperties() => [];

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>(Devices);

    public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult(machines.Find(node).BootDevice);

    public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        if (!Devices.Contains(device))
            throw new InvalidParameterException($"Invalid boot device {device} specified.");
        machines.Find(node).BootDevice = new BootDevice(device, persistent);
        return Task.CompletedTask;
    }
}
