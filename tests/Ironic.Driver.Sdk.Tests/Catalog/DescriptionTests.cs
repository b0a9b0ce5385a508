using System.ComponentModel;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Catalog;

/// <summary>SPEC.md 3: what a driver says about itself.</summary>
public sealed class DescriptionTests : IAsyncLifetime
{
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task R010_the_description_does_not_change() => Assert.Equal(await _host.GetInfoAsync(), await _host.GetInfoAsync());

    [Fact]
    public async Task R011_every_start_is_another_instance_of_the_same_driver()
    {
        await using var other = await DriverHost.StartAsync();
        var (first, second) = (await _host.GetInfoAsync(), await other.GetInfoAsync());
        Assert.Equal(first.Name, second.Name);
        Assert.NotEqual(first.InstanceId, second.InstanceId);
    }

    [Fact]
    public async Task R013_the_contract_version_is_v1()
    {
        var info = await _host.GetInfoAsync();
        Assert.Equal(["v1"], info.ContractVersions);
        Assert.Equal(("test", "1.2.3", "Test Corporation"), (info.Name, info.Version, info.Vendor));
    }

    [Fact]
    public async Task R022_the_operator_says_which_conductor_groups_it_serves()
    {
        Assert.Empty((await _host.GetInfoAsync()).ConductorGroups);
        await using var other = await DriverHost.StartAsync(args: ["--Driver:ConductorGroups:0=", "--Driver:ConductorGroups:1=Edge.1"]);
        Assert.Equal(["", "edge.1"], (await other.GetInfoAsync()).ConductorGroups);
    }

    [Fact]
    public async Task R014_a_hardware_type_lists_implementations_of_every_type_the_preferred_one_first()
    {
        var hardware = Assert.Single((await _host.GetInfoAsync()).HardwareTypes);
        Assert.Equal("test-hardware", hardware.Name);
        Assert.False(hardware.AcceptsAnyInterface);
        Assert.Equal(Enum.GetValues<V1.InterfaceType>().Skip(1), hardware.SupportedInterfaces.Select(supported => supported.Type));
        Assert.All(hardware.SupportedInterfaces, supported => Assert.NotEmpty(supported.Names));
        Assert.Equal(["test", "no-vendor"], hardware.SupportedInterfaces.Single(supported => supported.Type == V1.InterfaceType.Vendor).Names);
    }

    [Fact]
    public async Task R020_secret_properties_are_marked()
    {
        var power = (await _host.GetInfoAsync()).Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Power);
        Assert.Equal(
            [("test_address", "Where the controller is. Required.", true, false), ("test_community", "What it is greeted with.", false, true)],
            power.Properties.Select(property => (property.Name, property.Description, property.Required, property.Secret)));
    }

    [Fact]
    public async Task A_power_interface_says_what_it_can()
    {
        var power = (await _host.GetInfoAsync()).Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Power);
        Assert.True(power.SupportsPowerSync);
        Assert.Equal([V1.PowerTarget.On, V1.PowerTarget.Off, V1.PowerTarget.Reboot], power.SupportedPowerTargets);
    }

    [Fact]
    public async Task A_vendor_interface_lists_its_methods()
    {
        var vendor = (await _host.GetInfoAsync()).Interfaces.Single(implementation => implementation.Type == V1.InterfaceType.Vendor);
        Assert.Equal(["add", "block", "download", "forget", "run"], vendor.NodeMethods.Select(method => method.Name));
        Assert.Equal(["greet", "run_for_driver"], vendor.DriverMethods.Select(method => method.Name));
        Assert.Equal(
            new V1.VendorMethod { Name = "run", HttpMethods = { "POST", "PUT" }, Description = "Runs what the test says", RequireExclusiveLock = true },
            vendor.NodeMethods.Single(method => method.Name == "run"));
    }

    [Fact]
    public async Task Steps_are_described()
    {
        await using var host = await DriverHost.StartAsync(driver =>
        {
            DriverHost.DeclareTestDriver(driver);
            driver.AddInterface<SteppingManagement>("stepping");
        });
        var step = Assert.Single((await host.GetInfoAsync()).Interfaces.Single(implementation => implementation.Name == "stepping").Steps);
        Assert.Equal([V1.StepKind.Clean, V1.StepKind.Verify], step.Kinds);
        Assert.Equal(("reset", "Resets", 20, true, false), (step.Name, step.Description, step.Priority, step.Abortable, step.RequiresRamdisk));
        Assert.Equal(new V1.StepArgument { Name = "warm", Description = "Gently", Required = true }, Assert.Single(step.Arguments));
    }

    private sealed class SteppingManagement : ManagementInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        [Step(StepKinds.Clean | StepKinds.Verify, Description = "Resets", Priority = 20, Abortable = true, RequiresRamdisk = false)]
        public static void Reset([Description("Gently")] bool warm) => Assert.True(warm);

        public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) => new([]);

        public override ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken) => new(new BootDevice(null, null));

        public override Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
