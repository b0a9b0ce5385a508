using Grpc.Core;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Sessions;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Protos;
using Ironic.Testing;
using Ironic.Types.V1;
using Microsoft.Extensions.DependencyInjection;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Ipmi.Tests;

/// <summary>The driver as a conductor sees it: over gRPC, by the contract.</summary>
public sealed class ContractTests : IAsyncLifetime
{
    private const string Interface = "ipmitool";

    private IpmiSimulator _simulator = null!;
    private DriverTestHost _host = null!;

    public async Task InitializeAsync()
    {
        _simulator = await IpmiSimulator.StartAsync();
        _host = await DriverTestHost.StartAsync(
            IpmiDriver.Configure,
            "--Ipmi:RetransmitAfter=00:00:00.250", "--Ipmi:MaximumRetransmitAfter=00:00:01", "--Ipmi:Attempts=4", "--Ipmi:PowerPollInterval=00:00:00.020");
    }

    public async Task DisposeAsync()
    {
        await _host.DisposeAsync();
        await _simulator.DisposeAsync();
    }

    [Fact]
    public async Task It_says_what_it_offers()
    {
        var info = (await new V1.DriverService.DriverServiceClient(_host.Channel).GetInfoAsync(new V1.GetInfoRequest())).Info;

        Assert.Equal(["intel-ipmi", "ipmi"], info.HardwareTypes.Select(type => type.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["ipmitool", "noop"], Names(info, "ipmi", V1.InterfaceType.Management));
        Assert.Equal(["intel-ipmitool"], Names(info, "intel-ipmi", V1.InterfaceType.Management));
        Assert.Equal(["ipmitool", "no-vendor"], Names(info, "ipmi", V1.InterfaceType.Vendor));
        Assert.Equal(["ipmitool"], Names(info, "ipmi", V1.InterfaceType.Power));
        Assert.All(new[] { "ipmi", "intel-ipmi" }, type => Assert.Equal(["no-console", "ipmitool-socat"], Names(info, type, V1.InterfaceType.Console)));
        Assert.All(info.Interfaces, implementation => Assert.Equal(
            implementation.Type == V1.InterfaceType.Console, implementation.Properties.Any(property => property.Name == "ipmi_terminal_port")));
        var vendor = info.Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Vendor);
        Assert.Equal(["bmc_reset", "send_raw"], vendor.NodeMethods.Select(method => method.Name));
        Assert.All(vendor.NodeMethods, method => Assert.True(method is { Async: true, RequireExclusiveLock: true } && method.HttpMethods.Single() == "POST"));
        Assert.Equal("authentication_types", Assert.Single(vendor.DriverMethods).Name);
        Assert.Equal(5, info.Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Power).SupportedPowerTargets.Count);
        Assert.Equal("configure_intel_speedselect", info.Interfaces.Single(implementation => implementation.Name == "intel-ipmitool").Steps.Single().Name);
    }

    [Fact]
    public async Task A_machine_is_switched_and_read()
    {
        var states = new List<V1.PowerState>();
        using var call = Power.SetPowerState(new V1.SetPowerStateRequest { Context = Context("operation-1"), Node = Node(), Interface = Interface, Target = V1.PowerTarget.On });
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            states.Add(message.State);

        Assert.Equal(V1.PowerState.On, states[^1]);
        Assert.Equal(V1.PowerState.On, (await Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Node = Node(), Interface = Interface })).State);
        Assert.Equal("1", _simulator.Power);
    }

    [Fact]
    public async Task A_boot_device_is_set_once_for_an_operation()
    {
        var management = new V1.ManagementService.ManagementServiceClient(_host.Channel);
        var request = new V1.SetBootDeviceRequest { Context = Context("operation-1"), Node = Node(), Interface = Interface, Device = "pxe" };

        await management.SetBootDeviceAsync(request);
        await management.SetBootDeviceAsync(request);

        Assert.Equal("pxe", (await management.GetBootDeviceAsync(new V1.GetBootDeviceRequest { Node = Node(), Interface = Interface })).Device);
        Assert.Single(_simulator.Events, said => said == "boot pxe");
    }

    [Fact]
    public async Task Sensors_are_listed()
    {
        var management = new V1.ManagementService.ManagementServiceClient(_host.Channel);

        var sensors = (await management.ListSensorsAsync(new V1.ListSensorsRequest { Node = Node(), Interface = Interface })).Sensors;

        var fan = sensors.Single(sensor => sensor.Type == "Fan");
        Assert.Equal(("Fan 1 (0x2)", "Fan 1", 5400.0, "RPM"), (fan.Id, fan.Name, fan.Value, fan.Unit));
        Assert.Equal((500.0, 11000.0), (fan.Thresholds.LowerNonCritical, fan.Thresholds.UpperNonRecoverable));
        Assert.Equal(SimulatedSensor.All.Count, sensors.Count);
    }

    [Theory]
    [InlineData("SetBootMode")]
    [InlineData("ListIndicators")]
    public async Task What_ipmi_has_not_is_unsupported(string method)
    {
        var management = new V1.ManagementService.ManagementServiceClient(_host.Channel);

        var exception = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            if (method == "SetBootMode")
                await management.SetBootModeAsync(new V1.SetBootModeRequest { Context = Context("operation-1"), Node = Node(), Interface = Interface, Mode = V1.BootMode.Uefi });
            else
                await management.ListIndicatorsAsync(new V1.ListIndicatorsRequest { Node = Node(), Interface = Interface });
        });

        Assert.Equal("UNSUPPORTED", StatusDetails.FindReason(exception, StatusDetails.DriverDomain));
    }

    [Fact]
    public async Task Failures_have_their_classes_and_no_secrets()
    {
        var wrong = await FailAsync(Node(password: "wr0ng-p4ss"));
        var nobody = await FailAsync(Node(port: FreePort.Next()));
        var missing = await FailAsync(new V1.NodeContext { Uuid = "n", DriverInfo = new Json { Text = "{}" } });

        Assert.Equal(["AUTHENTICATION", "BMC_UNREACHABLE", "MISSING_PARAMETER"], new[] { wrong, nobody, missing }.Select(failure => StatusDetails.FindReason(failure, StatusDetails.DriverDomain)));
        Assert.DoesNotContain("wr0ng", wrong.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("send_raw", """{"raw_bytes": "0x06 0x01"}""", null)]
    [InlineData("send_raw", "{}", "MISSING_PARAMETER")]
    [InlineData("send_raw", """{"raw_bytes": " "}""", "MISSING_PARAMETER")]
    [InlineData("send_raw", """{"raw_bytes": "0x06"}""", "INVALID_PARAMETER")]
    [InlineData("send_raw", """{"raw_bytes": "0x06 0x100"}""", "INVALID_PARAMETER")]
    [InlineData("send_raw", """{"raw_bytes": "0x07 0x01"}""", "INVALID_PARAMETER")]
    [InlineData("send_raw", """{"raw_bytes": "0x06 one"}""", "INVALID_PARAMETER")]
    [InlineData("bmc_reset", "{}", null)]
    [InlineData("bmc_reset", """{"warm": "false"}""", null)]
    [InlineData("bmc_reset", """{"warm": "lukewarm"}""", "INVALID_PARAMETER")]
    [InlineData("bmc_reset", """{"warm": 2}""", "INVALID_PARAMETER")]
    public async Task Arguments_of_vendor_methods_are_checked(string method, string body, string? expected)
    {
        var request = new V1.ValidateNodeMethodRequest { Node = Node(), Call = Call(method, "POST", body) };

        if (expected is null)
        {
            await Vendor.ValidateNodeMethodAsync(request);
            return;
        }

        var exception = await Assert.ThrowsAsync<RpcException>(async () => await Vendor.ValidateNodeMethodAsync(request));
        Assert.Equal(expected, StatusDetails.FindReason(exception, StatusDetails.DriverDomain));
    }

    [Fact]
    public async Task Vendor_methods_are_called()
    {
        await Vendor.CallNodeMethodAsync(new V1.CallNodeMethodRequest
        {
            Context = Context("operation-1"),
            Node = Node(),
            Call = Call("send_raw", "POST", """{"raw_bytes": "0x00 0x02 0x01"}"""),
        });
        var types = await Vendor.CallDriverMethodAsync(new V1.CallDriverMethodRequest { Driver = "ipmi", Call = Call("authentication_types", "GET", "{}") });

        Assert.Equal("1", _simulator.Power);
        Assert.Equal("""{"types":["NONE","MD5","PASSWORD","RAKP-HMAC-SHA1","RAKP-HMAC-SHA256"]}""", types.Result.Json.Text);
    }

    [Fact]
    public async Task A_console_is_started_shown_and_stopped()
    {
        const string console = "ipmitool-socat";
        var consoles = new V1.ConsoleService.ConsoleServiceClient(_host.Channel);
        var node = Node();
        var port = FreePort.Next();
        node.DriverInfo.Text = node.DriverInfo.Text.Replace("{", $$"""{"ipmi_terminal_port": {{port}}, """, StringComparison.Ordinal);

        await consoles.StartConsoleAsync(new V1.StartConsoleRequest { Context = Context("operation-1"), Node = node, Interface = console });
        await consoles.StartConsoleAsync(new V1.StartConsoleRequest { Context = Context("operation-2"), Node = node, Interface = console });
        var address = await consoles.GetConsoleAsync(new V1.GetConsoleRequest { Node = node, Interface = console });
        await consoles.StopConsoleAsync(new V1.StopConsoleRequest { Context = Context("operation-3"), Node = node, Interface = console });
        var stopped = await Assert.ThrowsAsync<RpcException>(async () => await consoles.GetConsoleAsync(new V1.GetConsoleRequest { Node = node, Interface = console }));

        Assert.Equal(("socat", $"tcp://127.0.0.1:{port}"), (address.Type, address.Url));
        Assert.Equal("RETRYABLE", StatusDetails.FindReason(stopped, StatusDetails.DriverDomain));
    }

    [Fact]
    public async Task No_session_is_left_behind()
    {
        await Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Node = Node(), Interface = Interface });
        var pool = _host.Services.GetRequiredService<BmcPool>();
        Assert.Equal(1, pool.SessionCount);

        await _host.DisposeAsync();

        Assert.Equal(0, pool.SessionCount);
    }

    private V1.PowerService.PowerServiceClient Power => new(_host.Channel);

    private V1.VendorPassthruService.VendorPassthruServiceClient Vendor => new(_host.Channel);

    private async Task<RpcException> FailAsync(V1.NodeContext node) =>
        await Assert.ThrowsAsync<RpcException>(async () => await Power.GetPowerStateAsync(new V1.GetPowerStateRequest { Node = node, Interface = Interface }));

    private static List<string> Names(V1.DriverInfo info, string hardwareType, V1.InterfaceType type) =>
        [.. info.HardwareTypes.Single(candidate => candidate.Name == hardwareType).SupportedInterfaces.Single(supported => supported.Type == type).Names];

    private static V1.CallContext Context(string operation) => new() { OperationId = operation, Epoch = 1 };

    private static V1.VendorCall Call(string method, string verb, string body) =>
        new() { Interface = Interface, Method = method, HttpMethod = verb, Parameters = new Json { Text = body } };

    private V1.NodeContext Node(string password = IpmiSimulator.Password, int? port = null) => new()
    {
        Uuid = "1be26c0b-03f2-4d2e-ae87-c02d7f33c123",
        Driver = "ipmi",
        DriverInfo = new Json
        {
            Text = $$"""{"ipmi_address": "127.0.0.1", "ipmi_port": {{port ?? _simulator.Port}}, "ipmi_username": "{{IpmiSimulator.User}}", "ipmi_password": "{{password}}"}""",
        },
    };
}
