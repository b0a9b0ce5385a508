using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Services;

public sealed class ManagementServiceTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_boot_devices_are_listed() =>
        Assert.Equal(["disk", "pxe"], (await _host.Management.ListSupportedBootDevicesAsync(
            new V1.ListSupportedBootDevicesRequest { Node = Requests.NodeContext(), Interface = "test" })).Devices);

    [Fact]
    public async Task A_boot_device_that_was_set_is_read_back()
    {
        await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-1", "pxe", persistent: true));
        var device = await GetAsync();
        Assert.Equal(("pxe", true), (device.Device, device.Persistent));
    }

    [Fact]
    public async Task What_the_controller_cannot_tell_is_absent()
    {
        _host.TestManagement.Device = new BootDevice(null, null);
        var device = await GetAsync();
        Assert.Equal((false, false), (device.HasDevice, device.HasPersistent));
    }

    [Theory]
    [InlineData("", V1.ErrorClass.MissingParameter)]
    [InlineData("floppy", V1.ErrorClass.InvalidParameter)]
    public async Task A_boot_device_that_is_none_is_refused(string device, V1.ErrorClass expected) =>
        await Failures.FailsAsync(expected, async () => await _host.Management.SetBootDeviceAsync(Requests.SetBootDevice("op-1", device)));

    private async Task<V1.GetBootDeviceResponse> GetAsync() =>
        await _host.Management.GetBootDeviceAsync(new V1.GetBootDeviceRequest { Node = Requests.NodeContext(), Interface = "test" });
}
