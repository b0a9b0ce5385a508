using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Tests.Drivers;

public sealed class DriverInfoRulesTests
{
    private static DriverInfo Info() => new()
    {
        Name = "acme",
        InstanceId = "i",
        ContractVersions = { "v1" },
        HardwareTypes = { new HardwareType { Name = "acme", SupportedInterfaces = { new SupportedInterface { Type = InterfaceType.Power, Names = { "acme" } } } } },
        Interfaces = { new InterfaceImplementation { Type = InterfaceType.Power, Name = "acme" } },
    };

    [Fact]
    public void A_sound_description_is_taken()
    {
        DriverInfoRules.Check(Info());
        Assert.Equal("v1", DriverInfoRules.Negotiate(Info()));
    }

    public static TheoryData<string, Action<DriverInfo>> Faults => new()
    {
        { "no name", i => i.Name = "" },
        { "a name with capitals", i => i.Name = "Acme" },
        { "no instance", i => i.InstanceId = "" },
        { "no hardware type", i => i.HardwareTypes.Clear() },
        { "a hardware type twice", i => i.HardwareTypes.Add(i.HardwareTypes[0].Clone()) },
        { "an unnamed hardware type", i => i.HardwareTypes[0].Name = "" },
        { "an interface twice", i => i.Interfaces.Add(i.Interfaces[0].Clone()) },
        { "an interface of no type", i => i.Interfaces[0].Type = InterfaceType.Unspecified },
        { "no power", i => i.HardwareTypes[0].SupportedInterfaces.Clear() },
        { "an interface that nobody has", i => i.HardwareTypes[0].SupportedInterfaces.Add(new SupportedInterface { Type = InterfaceType.Vendor, Names = { "nobody" } }) },
        { "one of the conductor's own names", i => i.Interfaces.Add(new InterfaceImplementation { Type = InterfaceType.Deploy, Name = "ramdisk" }) },
        { "a vendor method twice", i => i.Interfaces[0].NodeMethods.Add([new VendorMethod { Name = "m" }, new VendorMethod { Name = "m" }]) },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_faulty_description_is_refused(string fault, Action<DriverInfo> change)
    {
        var info = Info();
        change(info);
        Assert.True(Assert.Throws<IronicException>(() => DriverInfoRules.Check(info)).Reason == ErrorReason.InvalidParameterValue, fault);
    }

    [Theory]
    [InlineData("v1", "v1")]
    [InlineData("v1", "v2", "v1")]
    [InlineData("v1", "v1", "v1.7", "soon")]
    [InlineData(null)]
    [InlineData(null, "v2")]
    [InlineData(null, "v1.7")]
    public void R113_R114_the_newest_common_version_is_picked(string? expected, params string[] spoken)
    {
        var info = Info();
        info.ContractVersions.Clear();
        info.ContractVersions.AddRange(spoken);
        Assert.Equal(expected, DriverInfoRules.Negotiate(info));
    }

    [Fact]
    public void R111_R115_what_came_after_this_conductors_revision_is_left_out()
    {
        var info = Info();
        const InterfaceType Newer = (InterfaceType)99;
        info.Interfaces[0].SupportedPowerTargets.Add([Driver.V1.PowerTarget.On, (Driver.V1.PowerTarget)99]);
        info.Interfaces[0].Steps.Add(new Step { Name = "s", Kinds = { (StepKind)99, StepKind.Clean } });
        info.Interfaces.Add(new InterfaceImplementation { Type = Newer, Name = "acme" });
        info.HardwareTypes[0].SupportedInterfaces.Add(new SupportedInterface { Type = Newer, Names = { "acme", "no-newer" } });
        info.HardwareTypes[0].SupportedInterfaces.Add(new SupportedInterface { Type = InterfaceType.Boot, Names = { "newer-boot", "pxe" } });

        DriverInfoRules.Check(info);

        Assert.Equal(["99/acme", "99/no-newer", "Boot/newer-boot"], DriverInfoRules.FindLeftOut(info));
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:1");
        var hardware = TestHardware.Create(new RegisteredDriver("l", "http://127.0.0.1:1", info, channel, channel.CreateCallInvoker()));
        Assert.Equal(["pxe"], hardware.Enabled(InterfaceType.Boot));
        hardware.CompleteInterfaces(new Conductor.Storage.NodeRow { Driver = "acme" });
    }

    [Fact]
    public void R016_a_kind_of_interface_of_which_nothing_remains_is_refused()
    {
        var info = Info();
        info.HardwareTypes[0].SupportedInterfaces.Add(new SupportedInterface { Type = InterfaceType.Boot, Names = { "http", "newer-boot" } });
        Assert.Contains("http, newer-boot", Assert.Throws<IronicException>(() => DriverInfoRules.Check(info)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_hardware_type_does_not_name_is_the_conductors()
    {
        var info = Info();
        using var channel = Grpc.Net.Client.GrpcChannel.ForAddress("http://127.0.0.1:1");
        var hardware = TestHardware.Create(new RegisteredDriver("l", "http://127.0.0.1:1", info, channel, channel.CreateCallInvoker()));
        Assert.Equal("acme", hardware.Default(InterfaceType.Power));
        Assert.Equal("no-vendor", hardware.Default(InterfaceType.Vendor));
        Assert.Equal(["ipxe", "pxe"], hardware.Enabled(InterfaceType.Boot));
        var node = new Conductor.Storage.NodeRow { Driver = "acme", BootInterface = "pxe" };
        hardware.CompleteInterfaces(node);
        Assert.Equal(("acme", "pxe", "noop"), (node.PowerInterface, node.BootInterface, node.NetworkInterface));
        node.BootInterface = "nosuch";
        Assert.Equal(ErrorReason.InterfaceNotFound, Assert.Throws<IronicException>(() => hardware.CompleteInterfaces(node)).Reason);
    }
}
