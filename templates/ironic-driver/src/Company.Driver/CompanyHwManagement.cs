using Ironic.Driver.Sdk;

namespace Company.Driver;

/// <summary>From what a machine boots. What else <see cref="ManagementInterface"/> has to override is unsupported until it is overridden.</summary>
public sealed class CompanyHwManagement(CompanyHwController controller) : ManagementInterface
{
    private static readonly string[] Devices = ["disk", "pxe"];

    public override IReadOnlyList<DriverProperty> GetProperties() => CompanyHwController.Properties;

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<string>>(Devices);

    public override async ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var device = await controller.ReadAsync(node, "settings/boot_device", cancellationToken);
        return new BootDevice(Devices.Contains(device) ? device : null, Persistent: true);
    }

    public override async Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        if (!Devices.Contains(device))
            throw new InvalidParameterException($"Invalid boot device {device} specified.");
        await controller.WriteAsync(node, "settings/boot_device", device, cancellationToken);
    }

    /// <summary>A step of cleaning: <c>{"interface": "management", "step": "reset_boot_device"}</c>.</summary>
    [Step(StepKinds.Clean, RequiresRamdisk = false, Description = "Lets the machine boot from its disk again")]
    public Task ResetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) =>
        SetBootDeviceAsync(node, "disk", persistent: true, cancellationToken);
}
