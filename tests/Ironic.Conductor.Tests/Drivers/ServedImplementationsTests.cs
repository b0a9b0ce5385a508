using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>R-021, R-101: who serves an interface of a node whose hardware type is another process's.</summary>
public sealed class ServedImplementationsTests : IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress("http://127.0.0.1:1");
    private readonly DriverOptions _options = new();

    public void Dispose() => _channel.Dispose();

    [Fact]
    public void A_type_that_accepts_any_interface_has_its_own_defaults_and_takes_what_others_serve()
    {
        var hardware = Hardware(Driver("any", "any", accepts: true), Driver("maker", "thing"));
        var node = new NodeRow { Driver = "any", VendorInterface = "thing", ManagementInterface = "noop" };

        hardware.CompleteInterfaces(node);

        Assert.Equal(("any", "thing", "noop", "no-bios"), (node.PowerInterface, node.VendorInterface, node.ManagementInterface, node.BiosInterface));
        Assert.Equal(["any"], hardware.Enabled(InterfaceType.Power));
        Assert.Equal("maker", hardware.FindServed(node, InterfaceType.Vendor)?.Driver.Name);
        Assert.Equal("any", hardware.FindServed(node, InterfaceType.Power)?.Driver.Name);
        Assert.Null(hardware.FindServed(node, InterfaceType.Management));
        node.PowerInterface = "nosuch";
        Assert.Equal(ErrorReason.InterfaceNotFound, Assert.Throws<IronicException>(() => hardware.CompleteInterfaces(node)).Reason);
    }

    [Fact]
    public void Any_other_type_takes_nothing_from_others()
    {
        var hardware = Hardware(Driver("maker", "thing"), Driver("other", "gadget"));
        var node = new NodeRow { Driver = "thing", PowerInterface = "gadget" };

        Assert.Equal(ErrorReason.InterfaceNotFound, Assert.Throws<IronicException>(() => hardware.CompleteInterfaces(node)).Reason);
        Assert.Null(hardware.FindServed(node, InterfaceType.Power));
        Assert.False(hardware.LacksProcess(node));
    }

    [Fact]
    public void What_nobody_serves_any_more_is_told_to_be_away()
    {
        var hardware = Hardware(Driver("any", "any", accepts: true));
        var node = new NodeRow { Driver = "any", PowerInterface = "any", VendorInterface = "thing" };

        Assert.True(hardware.LacksProcess(node));
        var refused = Assert.Throws<IronicException>(() => hardware.FindServed(node, InterfaceType.Vendor));
        Assert.Equal(ErrorReason.DriverUnavailable, refused.Reason);
        Assert.Contains("No live driver serves the vendor interface thing", refused.Message, StringComparison.Ordinal);
        Assert.NotNull(hardware.FindServed(node, InterfaceType.Power));
    }

    [Fact]
    public void The_types_own_process_comes_first_then_the_first_by_name_in_its_newest_registration()
    {
        var older = Driver("b-maker", "thing");
        var newer = Driver("b-maker", "thing");
        var node = new NodeRow { Driver = "any", PowerInterface = "thing" };

        Assert.Same(newer, Hardware(Driver("z", "any", accepts: true), older, Driver("c-maker", "thing"), newer).FindServed(node, InterfaceType.Power)?.Driver);
        Assert.Same(newer, Hardware(Driver("z", "any", accepts: true), older, newer, Driver("c-maker", "thing")).FindServed(node, InterfaceType.Power)?.Driver);

        var own = Driver("z", "any", accepts: true);
        own.Info.Interfaces.Add(new InterfaceImplementation { Type = InterfaceType.Power, Name = "thing" });
        own = new RegisteredDriver("own", own.Endpoint, own.Info, _channel, _channel.CreateCallInvoker());
        Assert.Same(own, Hardware(own, older, newer).FindServed(node, InterfaceType.Power)?.Driver);
    }

    [Fact]
    public void Nobody_can_put_himself_before_a_driver_that_is_bound_to_names()
    {
        _options.Identities["thing"] = ["thing.example.org"];
        var bound = Driver("maker", "thing");
        var pretender = Driver("a-maker", "gadget", "thing");
        var node = new NodeRow { Driver = "any", PowerInterface = "thing" };

        Assert.Same(bound, Hardware(Driver("any", "any", accepts: true), pretender, bound).FindServed(node, InterfaceType.Power)?.Driver);
    }

    [Fact]
    public void Nodes_of_a_type_that_is_bound_to_names_get_to_processes_only_that_are_bound_too()
    {
        _options.Identities["any"] = ["any.example.org"];
        var node = new NodeRow { Driver = "any", PowerInterface = "thing" };
        var hardware = Hardware(Driver("any", "any", accepts: true), Driver("maker", "thing"));

        Assert.Equal(ErrorReason.InterfaceNotFound, Assert.Throws<IronicException>(() => hardware.CompleteInterfaces(node)).Reason);
        Assert.Equal(ErrorReason.DriverUnavailable, Assert.Throws<IronicException>(() => hardware.FindServed(node, InterfaceType.Power)).Reason);

        _options.Identities["thing"] = ["thing.example.org"];
        Assert.NotNull(Hardware(Driver("any", "any", accepts: true), Driver("maker", "thing")).FindServed(node, InterfaceType.Power));
    }

    private HardwareTypeInfo Hardware(RegisteredDriver driver, params RegisteredDriver[] others) =>
        new(driver.Info.HardwareTypes[0], driver, new ServedImplementations([driver, .. others], new DriverIdentities(Options.Create(_options))));

    /// <param name="serves">The name of its power, management and vendor interfaces; null: as the hardware type.</param>
    private RegisteredDriver Driver(string name, string hardwareType, string? serves = null, bool accepts = false)
    {
        serves ??= hardwareType;
        InterfaceType[] types = [InterfaceType.Power, InterfaceType.Management, InterfaceType.Vendor];
        var info = new DriverInfo
        {
            Name = name,
            InstanceId = Guid.NewGuid().ToString(),
            HardwareTypes =
            {
                new HardwareType { Name = hardwareType, AcceptsAnyInterface = accepts, SupportedInterfaces = { types.Select(type => new SupportedInterface { Type = type, Names = { serves } }) } },
            },
            Interfaces = { types.Select(type => new InterfaceImplementation { Type = type, Name = serves }) },
        };
        return new RegisteredDriver(Guid.NewGuid().ToString(), "http://127.0.0.1:1", info, _channel, _channel.CreateCallInvoker());
    }
}
