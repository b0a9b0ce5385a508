using Ironic.Api.V1;
using Ironic.Conductor.Ports;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Tests.Ports;

public sealed class LocalLinkTests
{
    [Theory]
    [InlineData("{}", "{}")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "Eth1/1", "switch_info": "tor"}""", """{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "Eth1/1", "switch_info": "tor"}""")]
    [InlineData("""{"switch_id": "0A:1B:2C:3D:4E:5F", "port_id": "ż"}""", """{"switch_id":"0a:1b:2c:3d:4e:5f","port_id":"ż"}""")]
    [InlineData("""{"switch_id": "00000A1B2C3D4E5F", "port_id": "1"}""", """{"switch_id":"00000a1b2c3d4e5f","port_id":"1"}""")]
    [InlineData("""{"hostname": "h", "port_id": "rep0-0"}""", """{"hostname": "h", "port_id": "rep0-0"}""")]
    [InlineData("""{"network_type": "unmanaged"}""", """{"network_type": "unmanaged"}""")]
    public void What_describes_a_link_is_kept_with_its_switch_in_lower_case(string given, string expected) =>
        Assert.Equal(expected, LocalLink.Normalize(given, null, Microversion.Newest));

    [Theory]
    [InlineData("""{"port_id": "1"}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f"}""")]
    [InlineData("""{"switch_id": "x", "port_id": "1"}""")]
    [InlineData("""{"switch_id": "0x1234567890abcdef", "port_id": "1"}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": 1}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": null}""")]
    [InlineData("""{"switch_id": "0a:1b:2c:3d:4e:5f", "port_id": "1", "nosuch": "x"}""")]
    [InlineData("""{"network_type": "managed"}""")]
    [InlineData("""{"network_type": "nosuch"}""")]
    [InlineData("""{"port_id": "1", "vtep-logical-switch": "l"}""")]
    public void What_describes_none_is_refused(string given) =>
        Assert.Equal(ErrorReason.InvalidParameterValue, Assert.Throws<IronicException>(() => LocalLink.Normalize(given, null, new Microversion(95))).Reason);

    [Theory]
    [InlineData("""{"network_type": "unmanaged"}""", 64, int.MaxValue - 1)]
    [InlineData("""{"port_id": "1", "vtep-logical-switch": "l", "vtep-physical-switch": "p"}""", 90, 104)]
    public void A_key_has_its_microversions(string given, int first, int last)
    {
        foreach (var version in new[] { first, last })
            Assert.Equal(given, LocalLink.Normalize(given, null, new Microversion(version)));
        Assert.Equal(ErrorReason.NotAcceptable, Assert.Throws<IronicException>(() => LocalLink.Normalize(given, null, new Microversion(first - 1))).Reason);
        if (last < 115)
            Assert.Equal(ErrorReason.NotAcceptable, Assert.Throws<IronicException>(() => LocalLink.Normalize(given, null, new Microversion(last + 1))).Reason);
        // What is there already may stay whoever changes the rest.
        Assert.Equal(given, LocalLink.Normalize(given, given, new Microversion(first - 1)));
    }

    [Fact]
    public void A_link_with_keys_of_other_microversions_looks_empty()
    {
        const string Vtep = """{"port_id": "1", "vtep-logical-switch": "l", "vtep-physical-switch": "p"}""";
        const string Plain = """{"port_id": "vtep-1", "hostname": "h"}""";
        Assert.Equal(["{}", Vtep, Vtep, "{}", "{}"], new[] { new(89), new(90), new(104), new(105), Microversion.Newest }.Select(v => LocalLink.Shown(Vtep, v)));
        Assert.Equal(Plain, LocalLink.Shown(Plain, new Microversion(19)));
        Assert.Null(LocalLink.Shown(null, Microversion.Newest));
    }
}
