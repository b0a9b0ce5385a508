using Ironic.Driver.Sdk.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>What not every management controller offers: boot mode, secure boot, interrupts, sensors, indicators and virtual media.</summary>
public sealed class ManagementExtrasTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    private FullManagement Management => _host.App.Services.GetRequiredService<FullManagement>();

    public async Task InitializeAsync() => _host = await FullDriver.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task The_boot_mode_secure_boot_and_an_interrupt_arrive()
    {
        await _host.Management.SetBootModeAsync(BootMode(V1.BootMode.Uefi));
        await _host.Management.SetSecureBootAsync(new V1.SetSecureBootRequest { Context = Requests.Context("op-2"), Node = Requests.NodeContext(), Interface = "test", Enabled = true });
        await _host.Management.InjectNmiAsync(Nmi("op-3"));

        Assert.Equal((Sdk.BootMode.Uefi, true, 1), (Management.Mode, Management.SecureBoot, Management.Interrupts));
    }

    [Fact]
    public async Task R052_an_interrupt_that_is_repeated_is_injected_once()
    {
        await _host.Management.InjectNmiAsync(Nmi("op-1"));
        await _host.Management.InjectNmiAsync(Nmi("op-1"));

        Assert.Equal(1, Management.Interrupts);
    }

    [Fact]
    public async Task A_boot_mode_that_is_none_is_refused() =>
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.SetBootModeAsync(BootMode(V1.BootMode.Unspecified)));

    [Fact]
    public async Task R123_the_state_of_a_machine_has_what_is_known()
    {
        var request = new V1.GetMachineStateRequest { Node = Requests.NodeContext(), Interface = "test" };
        Assert.Equal(new V1.GetMachineStateResponse(), await _host.Management.GetMachineStateAsync(request));

        Management.State = new MachineState(Sdk.BootMode.Bios, SecureBoot: false, "Acme", MachineHealth.Warning);
        Assert.Equal(
            new V1.GetMachineStateResponse { BootMode = V1.BootMode.Bios, SecureBoot = false, Vendor = "Acme", Health = V1.MachineHealth.Warning },
            await _host.Management.GetMachineStateAsync(request));
    }

    [Fact]
    public async Task Sensors_are_listed_with_what_they_have()
    {
        var sensors = (await _host.Management.ListSensorsAsync(new V1.ListSensorsRequest { Node = Requests.NodeContext(), Interface = "test" })).Sensors;

        Assert.Equal(["Fan", "Power Unit"], sensors.Select(sensor => sensor.Type));
        var fan = sensors[0];
        Assert.Equal(("Fan 1 (0x2)", "Fan 1", 5400.0, "RPM", V1.SensorStatus.Ok), (fan.Id, fan.Name, fan.Value, fan.Unit, fan.Status));
        Assert.Equal(
            new V1.SensorThresholds { LowerNonCritical = 500, LowerCritical = 300, UpperNonRecoverable = 11000 },
            fan.Thresholds);
        Assert.Equal((false, null, 5u, V1.SensorStatus.Unspecified), (sensors[1].HasValue, sensors[1].Thresholds, sensors[1].States, sensors[1].Status));
    }

    [Fact]
    public async Task Indicators_are_listed_read_and_set()
    {
        var indicators = (await _host.Management.ListIndicatorsAsync(new V1.ListIndicatorsRequest { Node = Requests.NodeContext(), Interface = "test" })).Indicators;
        Assert.Equal(["chassis led-0 True Off,On", "system led False Off,On"], indicators.Select(each => $"{each.Component} {each.Name} {each.ReadOnly} {string.Join(',', each.States)}"));

        await _host.Management.SetIndicatorAsync(SetIndicator("system", "led", V1.IndicatorState.On));

        var state = await _host.Management.GetIndicatorAsync(new V1.GetIndicatorRequest { Node = Requests.NodeContext(), Interface = "test", Component = "system", Indicator = "led" });
        Assert.Equal(V1.IndicatorState.On, state.State);
    }

    [Theory]
    [InlineData("nosuch", "led", V1.IndicatorState.On)]
    [InlineData("system", "nosuch", V1.IndicatorState.On)]
    [InlineData("chassis", "led-0", V1.IndicatorState.On)]
    [InlineData("system", "led", V1.IndicatorState.Blinking)]
    [InlineData("system", "led", V1.IndicatorState.Unspecified)]
    public async Task What_cannot_be_set_is_refused(string component, string indicator, V1.IndicatorState state)
    {
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.SetIndicatorAsync(SetIndicator(component, indicator, state)));
        Assert.Equal(IndicatorState.Off, Management.SystemLed);
    }

    [Fact]
    public async Task Virtual_media_are_listed_attached_and_detached()
    {
        var devices = (await _host.Management.ListVirtualMediaAsync(new V1.ListVirtualMediaRequest { Node = Requests.NodeContext(), Interface = "test" })).Devices;
        Assert.Equal(["CD,DVD True http://192.0.2.1/a.iso", "Floppy False "], devices.Select(each => $"{string.Join(',', each.MediaTypes)} {each.HasInserted} {each.Image}"));

        await _host.Management.AttachVirtualMediaAsync(Attach("op-1", V1.VirtualMediaType.Cdrom, "http://192.0.2.1/a.iso"));
        await _host.Management.DetachVirtualMediaAsync(Detach("op-2", V1.VirtualMediaType.Disk, V1.VirtualMediaType.Floppy));

        Assert.Equal((VirtualMediaType.Cdrom, "http://192.0.2.1/a.iso"), Management.Attached);
        Assert.Equal([VirtualMediaType.Disk, VirtualMediaType.Floppy], Management.Detached);
    }

    [Fact]
    public async Task Virtual_media_that_are_none_are_refused()
    {
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.AttachVirtualMediaAsync(Attach("op-1", V1.VirtualMediaType.Unspecified, "http://x")));
        await Failures.FailsAsync(V1.ErrorClass.MissingParameter, async () => await _host.Management.AttachVirtualMediaAsync(Attach("op-2", V1.VirtualMediaType.Disk, "")));
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.DetachVirtualMediaAsync(Detach("op-3", V1.VirtualMediaType.Unspecified)));
        Assert.Equal((null, null), (Management.Attached, Management.Detached));
    }

    [Fact]
    public async Task R120_what_is_not_overridden_is_unsupported()
    {
        await using var plain = await DriverHost.StartAsync();

        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.SetBootModeAsync(BootMode(V1.BootMode.Bios)));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.SetSecureBootAsync(
            new V1.SetSecureBootRequest { Context = Requests.Context("op-2"), Node = Requests.NodeContext(), Interface = "test" }));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.InjectNmiAsync(Nmi("op-3")));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.ListIndicatorsAsync(new V1.ListIndicatorsRequest { Node = Requests.NodeContext(), Interface = "test" }));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.SetIndicatorAsync(SetIndicator("system", "led", V1.IndicatorState.On)));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.ListVirtualMediaAsync(new V1.ListVirtualMediaRequest { Node = Requests.NodeContext(), Interface = "test" }));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.AttachVirtualMediaAsync(Attach("op-4", V1.VirtualMediaType.Disk, "http://x")));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, async () => await plain.Management.DetachVirtualMediaAsync(Detach("op-5")));
    }

    [Fact]
    public async Task R051_changes_need_an_operation_id() =>
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, async () => await _host.Management.InjectNmiAsync(Nmi("")));

    private static V1.SetBootModeRequest BootMode(V1.BootMode mode) => new() { Context = Requests.Context("op-1"), Node = Requests.NodeContext(), Interface = "test", Mode = mode };

    private static V1.InjectNmiRequest Nmi(string operationId) => new() { Context = Requests.Context(operationId), Node = Requests.NodeContext(), Interface = "test" };

    private static V1.AttachVirtualMediaRequest Attach(string operationId, V1.VirtualMediaType type, string imageUrl) =>
        new() { Context = Requests.Context(operationId), Node = Requests.NodeContext(), Interface = "test", Type = type, ImageUrl = imageUrl };

    private static V1.DetachVirtualMediaRequest Detach(string operationId, params V1.VirtualMediaType[] types) =>
        new() { Context = Requests.Context(operationId), Node = Requests.NodeContext(), Interface = "test", Types_ = { types } };

    private static V1.SetIndicatorRequest SetIndicator(string component, string indicator, V1.IndicatorState state) => new()
    {
        Context = Requests.Context("op-9"),
        Node = Requests.NodeContext(),
        Interface = "test",
        Component = component,
        Indicator = indicator,
        State = state,
    };
}
