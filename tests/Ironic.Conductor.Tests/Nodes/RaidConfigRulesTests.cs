using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class RaidConfigRulesTests
{
    [Theory]
    [InlineData("""{"logical_disks": [{"size_gb": 100, "raid_level": "1"}]}""")]
    [InlineData("""{"logical_disks": [{"size_gb": "MAX", "raid_level": "5+0", "volume_name": "v", "is_root_volume": true, "share_physical_disks": false}]}""")]
    [InlineData("""{"logical_disks": [{"size_gb": 1.0, "raid_level": "JBOD", "disk_type": "ssd", "interface_type": "sas", "number_of_physical_disks": 2}]}""")]
    [InlineData("""{"logical_disks": [{"size_gb": 1, "raid_level": "0", "controller": "c", "physical_disks": ["a", "b"]}]}""")]
    public void What_means_something_is_accepted(string config) => RaidConfigRules.Check(Parse(config));

    [Theory]
    [InlineData("""{}""", "'logical_disks' is a required property")]
    [InlineData("""{"logical_disks": []}""", "[] is too short")]
    [InlineData("""{"logical_disks": {}}""", "{} is not of type 'array'")]
    [InlineData("""{"logical_disks": [5]}""", "5 is not of type 'object'")]
    [InlineData("""{"logical_disks": [{"size_gb": 100}]}""", "'raid_level' is a required property")]
    [InlineData("""{"logical_disks": [{"raid_level": "1"}]}""", "'size_gb' is a required property")]
    [InlineData("""{"logical_disks": [{"size_gb": 100, "raid_level": "9"}]}""", "'9' is not one of ['JBOD', '0', '1', '2', '5', '6', '1+0', '5+0', '6+0']")]
    [InlineData("""{"logical_disks": [{"size_gb": 0, "raid_level": "1"}]}""", "0 is less than the minimum of 1")]
    [InlineData("""{"logical_disks": [{"size_gb": 1.5, "raid_level": "1"}]}""", "1.5 is not of type 'integer'")]
    [InlineData("""{"logical_disks": [{"size_gb": 1, "raid_level": "1", "is_root_volume": "yes"}]}""", "'yes' is not of type 'boolean'")]
    [InlineData("""{"logical_disks": [{"size_gb": 1, "raid_level": "1", "physical_disks": ["a"]}]}""", "'controller' is a dependency of 'physical_disks'")]
    [InlineData("""{"logical_disks": [{"size_gb": 1, "raid_level": "1", "colour": "red"}]}""", "Additional properties are not allowed ('colour' was unexpected)")]
    [InlineData("""{"logical_disks": [{"size_gb": 1, "raid_level": "1"}], "nosuch": 1}""", "Additional properties are not allowed ('nosuch' was unexpected)")]
    public void What_means_nothing_is_explained(string config, string fault)
    {
        var error = Assert.Throws<IronicException>(() => RaidConfigRules.Check(Parse(config)));
        Assert.Equal((ErrorReason.InvalidParameterValue, $"RAID config validation error: {fault}"), (error.Reason, error.Message));
    }

    [Fact]
    public void There_is_one_root_volume()
    {
        const string disk = """{"size_gb": 1, "raid_level": "1", "is_root_volume": true}""";
        var error = Assert.Throws<IronicException>(() => RaidConfigRules.Check(Parse($$"""{"logical_disks": [{{disk}}, {{disk}}]}""")));
        Assert.Contains("2 root volumes", error.Message, StringComparison.Ordinal);
    }

    private static JsonElement Parse(string json) => JsonSerializer.Deserialize<JsonElement>(json);
}
