using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class NodePatchTests
{
    private static NodeRow Node() => new()
    {
        Uuid = Guid.NewGuid().ToString(),
        Driver = "fake-hardware",
        ProvisionState = "enroll",
        Name = "n",
        Extra = """{"k": "v", "deep": {"x": {"y": 1}}, "list": [1, 2, 3], "big": 12345678901234567890123}""",
    };

    private static JsonPatchOperation Op(string op, string path, string? value = null) =>
        new() { Op = op, Path = path, Value = value is null ? null : new Json { Text = value } };

    private static NodeRow Apply(params JsonPatchOperation[] operations)
    {
        var node = Node();
        NodeFields.All.ParsePatch(operations, Microversion.Newest).ApplyTo(node);
        return node;
    }

    [Theory]
    [InlineData("add", "/extra/new", "1", """{"k":"v","deep":{"x":{"y":1}},"list":[1,2,3],"big":12345678901234567890123,"new":1}""")]
    [InlineData("add", "/extra/k", "null", """{"k":null,"deep":{"x":{"y":1}},"list":[1,2,3],"big":12345678901234567890123}""")]
    [InlineData("replace", "/extra/deep/x/y", "[1.0, 1e3]", """{"k":"v","deep":{"x":{"y":[1.0,1e3]}},"list":[1,2,3],"big":12345678901234567890123}""")]
    [InlineData("remove", "/extra/deep", null, """{"k":"v","list":[1,2,3],"big":12345678901234567890123}""")]
    [InlineData("add", "/extra/list/0", "0", """{"k":"v","deep":{"x":{"y":1}},"list":[0,1,2,3],"big":12345678901234567890123}""")]
    [InlineData("add", "/extra/list/-", "9", """{"k":"v","deep":{"x":{"y":1}},"list":[1,2,3,9],"big":12345678901234567890123}""")]
    [InlineData("add", "/extra/list/3", "9", """{"k":"v","deep":{"x":{"y":1}},"list":[1,2,3,9],"big":12345678901234567890123}""")]
    [InlineData("remove", "/extra/list/1", null, """{"k":"v","deep":{"x":{"y":1}},"list":[1,3],"big":12345678901234567890123}""")]
    [InlineData("replace", "/extra", """{"ż": "ó"}""", """{"ż":"ó"}""")]
    [InlineData("replace", "/extra", "null", null)]
    [InlineData("remove", "/extra", null, null)]
    public void Free_form_members_change_at_any_depth(string op, string path, string? value, string? expected) => Assert.Equal(expected, Apply(Op(op, path, value)).Extra);

    [Theory]
    [InlineData("remove", "/extra/nosuch", null)]
    [InlineData("replace", "/extra/nosuch", "1")]
    [InlineData("remove", "/extra/nosuch/x", null)]
    [InlineData("replace", "/extra/list/99", "1")]
    [InlineData("replace", "/extra/list/3", "1")]
    [InlineData("add", "/extra/list/5", "1")]
    [InlineData("add", "/extra/list/x", "1")]
    [InlineData("add", "/extra/list/01", "1")]
    [InlineData("add", "/extra/a/b/c", "1")]
    [InlineData("add", "/extra/k/b", "1")]
    [InlineData("replace", "/extra", "[]")]
    [InlineData("replace", "/extra", "\"x\"")]
    [InlineData("add", "/extra/dot.ted", "1")]
    [InlineData("add", "/extra/with space", "1")]
    [InlineData("add", "/extra/", "1")]
    [InlineData("add", "extra/x", "1")]
    [InlineData("add", "", "1")]
    [InlineData("add", "/", "1")]
    [InlineData("add", "/nosuch", "1")]
    [InlineData("replace", "/uuid", "\"5f000000-0000-4000-8000-000000000001\"")]
    [InlineData("replace", "/provision_state", "\"active\"")]
    [InlineData("replace", "/console_enabled", "true")]
    [InlineData("add", "/traits/-", "\"CUSTOM_X\"")]
    [InlineData("move", "/extra/k", "1")]
    [InlineData("add", "/extra/k", null)]
    [InlineData("add", "/name", "5")]
    [InlineData("add", "/name/x", "\"y\"")]
    [InlineData("remove", "/driver", null)]
    [InlineData("replace", "/driver", "null")]
    [InlineData("replace", "/maintenance", "\"perhaps\"")]
    [InlineData("replace", "/maintenance", "2")]
    [InlineData("replace", "/instance_uuid", "\"x\"")]
    public void What_cannot_be_applied_is_an_error(string op, string path, string? value) =>
        Assert.Equal(ErrorReason.PatchError, Assert.Throws<IronicException>(() => Apply(Op(op, path, value))).Reason);

    [Fact]
    public void Typed_fields_take_values_and_lose_them()
    {
        var node = Apply(
            Op("add", "/name", "\"other\""), Op("replace", "/maintenance", "\"Yes\""), Op("add", "/automated_clean", "false"), Op("add", "/description", "\"d\""),
            Op("add", "/instance_uuid", "\"5F000000-0000-4000-8000-0000000000AA\""));
        Assert.Equal(("other", true, false, "d", "5f000000-0000-4000-8000-0000000000aa"), (node.Name, node.Maintenance, node.AutomatedClean, node.Description, node.InstanceUuid));
        NodeFields.All.ParsePatch(
            [Op("remove", "/name"), Op("remove", "/maintenance"), Op("remove", "/automated_clean"), Op("remove", "/conductor_group")], Microversion.Newest).ApplyTo(node);
        Assert.Equal((null, false, null, ""), (node.Name, node.Maintenance, node.AutomatedClean, node.ConductorGroup));
    }

    [Fact]
    public void Operations_build_on_each_other()
    {
        var node = Apply(Op("add", "/extra", "{}"), Op("add", "/extra/a", "{}"), Op("add", "/extra/a/b", "1"), Op("replace", "/extra/a/b", "2"));
        Assert.Equal("""{"a":{"b":2}}""", node.Extra);
    }

    [Theory]
    [InlineData("name", 5)]
    [InlineData("resource_class", 21)]
    [InlineData("shard", 82)]
    [InlineData("disable_power_off", 95)]
    public void A_field_needs_its_microversion(string field, int since)
    {
        JsonPatchOperation[] patch = [Op("remove", "/" + field)];
        NodeFields.All.ParsePatch(patch, new Microversion(since));
        Assert.Equal(ErrorReason.NotAcceptable, Assert.Throws<IronicException>(() => NodeFields.All.ParsePatch(patch, new Microversion(since - 1))).Reason);
    }

    [Fact]
    public void What_may_be_patched_is_what_the_contract_says()
    {
        string[] expected =
        [
            "automated_clean", "bios_interface", "boot_interface", "chassis_uuid", "conductor_group", "console_interface", "deploy_interface", "description",
            "disable_power_off", "driver", "driver_info", "extra", "firmware_interface", "inspect_interface", "instance_info", "instance_name", "instance_uuid",
            "lessee", "maintenance", "management_interface", "name", "network_data", "network_interface", "owner", "parent_node", "power_interface", "properties",
            "protected", "protected_reason", "raid_interface", "rescue_interface", "resource_class", "retired", "retired_reason", "shard", "storage_interface",
            "vendor_interface",
        ];
        Assert.Equal(expected, NodeFields.All.Patchable.Keys.Order(StringComparer.Ordinal));
    }
}
