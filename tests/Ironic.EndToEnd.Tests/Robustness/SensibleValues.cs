using System.Globalization;
using System.Text.Json.Nodes;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Values that a member or a parameter of some name may really have, which its schema alone does not tell.</summary>
internal sealed class SensibleValues(Random random, KnownNames known)
{
    private static readonly string[] Words = ["rack-1", "baremetal", "a.b~c", "é"];

    // Members that make sense for few nodes, or only with others.
    private static readonly HashSet<string> Rare = new(StringComparer.Ordinal)
    {
        "chassis_uuid", "portgroup_uuid", "node_ident", "parent_node", "node", "conductor_group", "network_data", "retired", "retired_reason", "is_smartnic", "public", "console_enabled",
        "candidate_nodes", "configdrive", "clean_steps", "deploy_steps", "service_steps", "rescue_password", "disable_ramdisk", "runbook", "boot_mode", "secure_boot", "port_uuid", "loop",
        "conditions", "instance_uuid", "instance_name", "binding:host_id", "device_id", "agent_verify_ca", "agent_status", "agent_status_message", "detail", "conductor", "fault", "body",
        "project", "portgroup", "address", "node_uuid",
    };

    /// <summary>Whether a member or parameter that may be left out is better left out.</summary>
    public static bool IsRare(string name) => Rare.Contains(name) || name.EndsWith("_interface", StringComparison.Ordinal);

    /// <summary>A value; false when nothing better than what the schema says is known.</summary>
    public bool TryCreate(string name, out JsonNode? value)
    {
        value = name switch
        {
            "uuid" or "instance_uuid" or "id" or "vif_id" or "port_id" or "device_id" => NewUuid(),
            "name" or "trait" or "traits" => "CUSTOM_" + Convert.ToHexString(Bytes(6)),
            "address" or "mac_address" or "addresses" => NewAddress(),
            "driver" or "driver_name" => known.Find("driver", random),
            "candidate_nodes" or "parent_node" or "binding:host_id" => known.Find("node", random),
            "resource_class" or "owner" or "lessee" or "shard" or "category" or "physical_network" or "description" or "reason" or "maintenance_reason" or "description_contains"
                or "project" or "instance_name" => Words[random.Next(Words.Length)],
            "conductor" => known.Find("hostname", random),
            "conductor_group" or "conductor_groups" or "callback_url" => "",
            "connector_id" => "iqn." + Convert.ToHexStringLower(Bytes(6)),
            "type" => "iqn",
            "volume_type" => "iscsi",
            "volume_id" => NewUuid(),
            "boot_index" => random.Next(1_000_000),
            "limit" => random.Next(1, 100),
            "priority" or "order" => random.Next(100),
            "timeout" => random.Next(1, 60),
            "sort_key" => random.Next(2) == 0 ? "created_at" : "uuid",
            "phase" => "main",
            "mode" => "active-backup",
            "is_smartnic" or "public" or "disable_ramdisk" or "console_enabled" => false,
            "vendor" => "acme",
            "provision_state" => random.Next(2) == 0 ? "enroll" : "available",
            "fault" => "power failure",
            "step" => "step_" + Convert.ToHexStringLower(Bytes(3)),
            "boot_device" => random.Next(2) == 0 ? "disk" : "pxe",
            "status" => "ACTIVE",
            "image_url" => "http://127.0.0.1/image.iso",
            "conditions" => new JsonArray(),
            "actions" => new JsonArray(new JsonObject { ["op"] = "set-attribute", ["args"] = new JsonObject { ["path"] = "/extra/rule", ["value"] = random.Next(100) } }),
            "local_link_connection" => new JsonObject { ["switch_id"] = NewAddress(), ["port_id"] = "p1", ["switch_info"] = "s1" },
            "extra" or "properties" or "args" or "inventory" => new JsonObject { ["a"] = random.Next(100), ["é"] = new JsonArray(1.5, null, true) },
            "target" => Verbs[random.Next(Verbs.Length)],
            _ => known.Find(KnownNames.KindOf(name), random),
        };
        return value is not null;
    }

    /// <summary>An operation of a JSON patch that what every resource has allows.</summary>
    /// <param name="hasExtra">Whether the resource has <c>extra</c>, else a <c>description</c>.</param>
    public JsonObject PatchOperation(bool hasExtra) => hasExtra
        ? new JsonObject { ["op"] = "add", ["path"] = "/extra/k" + random.Next(5).ToString(CultureInfo.InvariantCulture), ["value"] = new JsonObject { ["a"] = random.Next(100) } }
        : new JsonObject { ["op"] = random.Next(2) == 0 ? "add" : "replace", ["path"] = "/description", ["value"] = Words[random.Next(Words.Length)] };

    // Of the provisioning state; one that does not fit the node's state is refused.
    private static readonly string[] Verbs = ["manage", "manage", "provide", "abort"];

    private string NewUuid() => new Guid(Bytes(16)).ToString();

    private string NewAddress() => "52:54:" + string.Join(':', Bytes(4).Select(part => part.ToString("x2", CultureInfo.InvariantCulture)));

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }
}
