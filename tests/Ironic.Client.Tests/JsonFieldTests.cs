using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Client.Tests;

public sealed class JsonFieldTests
{
    private readonly Node _node = new()
    {
        DriverInfo = Json.Parse("""{"ipmi_address": "10.0.0.1", "ipmi_port": 623, "serial": 123456789012345678901234567890}"""),
    };

    [Fact]
    public void A_field_reads_as_a_type_with_snake_case_names() =>
        Assert.Equal(new Ipmi("10.0.0.1", 623), _node.DriverInfo.Deserialize<Ipmi>());

    [Fact]
    public void A_field_reads_as_nodes_without_loss_of_digits() =>
        Assert.Equal("123456789012345678901234567890", _node.DriverInfo.ToNode()!["serial"]!.ToJsonString());

    [Fact]
    public void A_change_of_nodes_does_not_reach_the_message()
    {
        var before = _node.DriverInfo.Text;

        ((JsonObject)_node.DriverInfo.ToNode()!)["ipmi_address"] = "10.0.0.2";

        Assert.Equal(before, _node.DriverInfo.Text);
    }

    [Fact]
    public void A_member_is_read_by_its_name()
    {
        Assert.Equal("10.0.0.1", _node.DriverInfo.Get<string>("ipmi_address"));
        Assert.Equal(623, _node.DriverInfo.Get<int>("ipmi_port"));
        Assert.Null(_node.DriverInfo.Get<string>("ipmi_username"));
    }

    [Fact]
    public void An_absent_field_reads_as_null()
    {
        Assert.Null(_node.Extra.ToNode());
        Assert.Null(_node.Extra.Deserialize<Ipmi>());
        Assert.Null(_node.Extra.Get<string>("rack"));
        Assert.Equal(JsonValueKind.Undefined, _node.Extra.ToElement().ValueKind);
    }

    [Fact]
    public void A_member_of_something_that_is_no_object_is_refused() =>
        Assert.Contains("array", Assert.Throws<JsonException>(() => Json.Parse("[1]").Get<string>("rack")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_member_of_another_type_is_refused() =>
        Assert.Throws<JsonException>(() => _node.DriverInfo.Get<int>("ipmi_address"));

    [Fact]
    public void Parsed_text_stays_as_it_is() => Assert.Equal("""{ "b": 1.0e3,  "a": 1 }""", Json.Parse("""{ "b": 1.0e3,  "a": 1 }""").Text);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    public void Text_that_is_no_json_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => Json.Parse(text));

    [Fact]
    public void Values_become_json()
    {
        Assert.Equal("""{"ipmi_address":"10.0.0.1","ipmi_port":623}""", Json.From(new Ipmi("10.0.0.1", 623)).Text);
        Assert.Equal("""{"raw_bytes":"0x01 <>"}""", Json.From(new { raw_bytes = "0x01 <>" }).Text);
        Assert.Equal("""{"KeepThisKey":1}""", Json.From(new Dictionary<string, int> { ["KeepThisKey"] = 1 }).Text);
        Assert.Equal("""{"a":[1]}""", Json.From(new JsonObject { ["a"] = new JsonArray(1) }).Text);
        Assert.Equal("null", Json.From<string?>(null).Text);
    }

    private sealed record Ipmi(string IpmiAddress, int IpmiPort);
}
