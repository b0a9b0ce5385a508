using Google.Protobuf.WellKnownTypes;
using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Rest.Tests.Support;

/// <summary>Resources for tests.</summary>
internal static class Samples
{
    public const string Uuid = "5f000000-0000-4000-8000-000000000001";

    public static readonly Timestamp Moment = Timestamp.FromDateTime(new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc));

    /// <summary>The steps of a deploy template, as a body has them.</summary>
    public static readonly object[] DeploySteps = [new { @interface = "bios", step = "reset", args = new { }, priority = 1 }];

    /// <summary>The steps of a runbook, as a body has them.</summary>
    public static readonly object[] RunbookSteps = [new { @interface = "bios", step = "reset", args = new { }, order = 1 }];

    /// <summary>The actions of an inspection rule, as a body has them.</summary>
    public static readonly object[] RuleActions = [new { op = "fail", args = new { msg = "no" } }];

    public static Node Node(string uuid = Uuid) => new()
    {
        Uuid = uuid,
        Name = "rack1-u7",
        Driver = "fake-hardware",
        CreatedAt = Moment,
        DriverInfo = Json("""{"address": "192.0.2.7", "port":623}"""),
        Extra = Json("""{"big": 12345678901234567890123, "f": 1e3, "text": "zażółć \u0000"}"""),
        PowerState = PowerState.On,
        ProvisionState = ProvisionState.Available,
        ResourceClass = "gold",
        Traits = { "CUSTOM_GOLD", "HW_CPU_X86_VMX" },
        Maintenance = true,
        MaintenanceReason = "fan \"7\"\n",
        Conductor = "c1",
    };

    /// <summary>A node as large as those of a busy deployment: about 1.5 KB on the wire.</summary>
    public static Node FullNode(int number)
    {
        var node = Node($"5f000000-0000-4000-8000-{number:x12}");
        node.Name = $"node-{number}";
        node.UpdatedAt = Moment;
        node.ProvisionUpdatedAt = Moment;
        node.Properties = Json("""{"cpus": 64, "cpu_arch": "x86_64", "memory_mb": 524288, "local_gb": 3200, "capabilities": "boot_mode:uefi,secure_boot:true"}""");
        node.InstanceInfo = Json("""{"image_source": "http://images.example.org/ubuntu-24.04.qcow2", "image_checksum": "d41d8cd98f00b204e9800998ecf8427e", "root_gb": 200, "display_name": "worker"}""");
        node.DriverInternalInfo = Json("""{"agent_url": "https://192.0.2.7:9999", "agent_version": "9.4.0", "last_power_state_change": "2026-01-31T12:00:00.123456", "dnsmasq_tag": "4cf2", "clean_steps": null}""");
        node.Extra = Json($$"""{"rack": "r{{number % 40}}", "unit": {{number % 42}}, "serial": "SN{{number:D10}}", "contacts": ["ops@example.org", "dc@example.org"], "notes": "{{new string('x', 200)}}"}""");
        node.Description = new string('d', 120);
        foreach (var descriptor in Api.V1.Node.Descriptor.Fields.InFieldNumberOrder().Where(descriptor => descriptor.Name.EndsWith("_interface", StringComparison.Ordinal)))
            descriptor.Accessor.SetValue(node, "fake");
        return node;
    }

    public static Json Json(string text) => new() { Text = text };
}
