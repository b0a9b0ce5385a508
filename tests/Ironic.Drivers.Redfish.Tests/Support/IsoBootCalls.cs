using Grpc.Core;
using Ironic.Types.V1;
using V1 = Ironic.Driver.V1;

namespace Ironic.Drivers.Redfish.Tests.Support;

/// <summary>What tests ask of the interfaces that boot machines from an ISO.</summary>
internal static class IsoBootCalls
{
    public const string Iso = "http://images.example/live.iso";

    /// <summary>The member of driver_info that says for how many boots; none when <paramref name="value"/> is empty.</summary>
    public static string Force(string value) => value.Length == 0 ? "" : $"\"force_persistent_boot_device\": {value}";

    /// <summary>A node whose instance boots from an ISO.</summary>
    /// <param name="instance">Its instance_info; null: with <see cref="Iso"/>.</param>
    /// <param name="info">Members of its driver_info.</param>
    /// <param name="properties">Its own capabilities.</param>
    public static V1.NodeContext BootedInstance(this TestDriver driver, string? instance = null, string info = "", string properties = "")
    {
        var node = driver.Node(info, properties: properties.Length == 0 ? "{}" : $$"""{"capabilities": "{{properties}}"}""");
        node.Interfaces["deploy"] = "ramdisk";
        node.InstanceInfo = new Json { Text = instance ?? $$"""{"boot_iso": "{{Iso}}"}""" };
        return node;
    }

    public static async Task RunBootAsync(this TestDriver driver, V1.BootPhase phase, V1.NodeContext node, string implementation = "redfish-virtual-media", V1.RamdiskBoot? ramdisk = null)
    {
        var request = new V1.RunBootPhaseRequest { Context = driver.Context(), Node = node, Interface = implementation, Phase = phase, Ramdisk = ramdisk };
        V1.RunBootPhaseResponse? last = null;
        using var call = driver.Boot.RunBootPhase(request);
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            last = message;
        Assert.Equal(V1.WorkOutcome.Done, last!.Outcome);
    }

    public static async Task ValidateBootAsync(this TestDriver driver, V1.NodeContext node, string implementation = "redfish-virtual-media") => await driver.Driver.ValidateInterfaceAsync(
        new V1.ValidateInterfaceRequest { Node = node, Type = V1.InterfaceType.Boot, Interface = implementation });

    public static async Task<bool> IsBootSecureAsync(this TestDriver driver) =>
        (await driver.ReadAsync("/redfish/v1/Systems/redfish-1/SecureBoot")).GetProperty("SecureBootEnable").GetBoolean();
}
