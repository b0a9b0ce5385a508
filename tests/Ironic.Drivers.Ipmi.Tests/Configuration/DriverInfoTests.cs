using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Tests.Configuration;

public sealed class DriverInfoTests
{
    [Fact]
    public void An_address_is_enough()
    {
        var info = Read("""{"ipmi_address": "bmc.example.org"}""");

        Assert.Equal("bmc.example.org:623", info.Target.ToString());
        Assert.Equal((PrivilegeLevel.Administrator, IpmiVersion.Negotiated, null), (info.Target.Profile.Privilege, info.Target.Profile.Version, info.Target.Profile.CipherSuite));
        Assert.Null(info.Target.Bridging);
        Assert.Equal((false, null), (info.ForceBootDevice, info.DisableBootTimeout));
    }

    [Fact]
    public void Everything_is_read()
    {
        var info = Read("""
            {"ipmi_address": "2001:db8::1", "ipmi_port": "6230", "ipmi_username": "root", "ipmi_password": 12345, "ipmi_priv_level": "OPERATOR",
             "ipmi_protocol_version": "2.0", "ipmi_cipher_suite": "17", "ipmi_hex_kg_key": "00ff", "ipmi_bridging": "dual", "ipmi_transit_channel": "0",
             "ipmi_transit_address": "0x82", "ipmi_target_channel": 7, "ipmi_target_address": "114", "ipmi_local_address": "0x22",
             "ipmi_force_boot_device": "yes", "ipmi_disable_boot_timeout": false}
            """);

        Assert.Equal("[2001:db8::1]:6230", info.Target.ToString());
        Assert.Equal((PrivilegeLevel.Operator, IpmiVersion.Two, CipherSuite.Seventeen), (info.Target.Profile.Privilege, info.Target.Profile.Version, info.Target.Profile.CipherSuite));
        Assert.Equal(new IpmiCredentials("root", "12345", [0, 0xFF]), info.Target.Profile.Credentials);
        Assert.Equal(new Bridging(new BridgeHop(7, 114), new BridgeHop(0, 0x82), 0x22), info.Target.Bridging);
        Assert.Equal((true, false), (info.ForceBootDevice, info.DisableBootTimeout));
    }

    [Theory]
    [InlineData("{}", "ipmi_address")]
    [InlineData("""{"ipmi_address": ""}""", "ipmi_address")]
    [InlineData("""{"ipmi_address": null}""", "ipmi_address")]
    [InlineData("""{"ipmi_address": "b", "ipmi_bridging": "single"}""", "ipmi_target_channel, ipmi_target_address")]
    [InlineData("""{"ipmi_address": "b", "ipmi_bridging": "single", "ipmi_target_channel": 0}""", "ipmi_target_address")]
    [InlineData("""{"ipmi_address": "b", "ipmi_bridging": "dual", "ipmi_target_channel": 0, "ipmi_target_address": 1}""", "ipmi_transit_channel, ipmi_transit_address")]
    public void What_is_missing_is_named(string driverInfo, string missing) =>
        Assert.Contains(missing, Assert.Throws<MissingParameterException>(() => Read(driverInfo)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("ipmi_address", "\"two words\"")]
    [InlineData("ipmi_address", "[\"b\"]")]
    [InlineData("ipmi_port", "0")]
    [InlineData("ipmi_port", "65536")]
    [InlineData("ipmi_port", "\"ssh\"")]
    [InlineData("ipmi_port", "-1")]
    [InlineData("ipmi_priv_level", "\"ROOT\"")]
    [InlineData("ipmi_priv_level", "\"operator\"")]
    [InlineData("ipmi_protocol_version", "\"3.0\"")]
    [InlineData("ipmi_protocol_version", "\"2\"")]
    [InlineData("ipmi_cipher_suite", "\"three\"")]
    [InlineData("ipmi_cipher_suite", "1")]
    [InlineData("ipmi_cipher_suite", "3, \"ipmi_protocol_version\": \"1.5\"")]
    [InlineData("ipmi_hex_kg_key", "\"abc\"")]
    [InlineData("ipmi_hex_kg_key", "\"xy\"")]
    [InlineData("ipmi_hex_kg_key", "\"000102030405060708090a0b0c0d0e0f1011121314\"")]
    [InlineData("ipmi_bridging", "\"triple\"")]
    [InlineData("ipmi_bridging", "\"single\", \"ipmi_target_channel\": 16, \"ipmi_target_address\": 1")]
    [InlineData("ipmi_bridging", "\"single\", \"ipmi_target_channel\": 0, \"ipmi_target_address\": \"0x100\"")]
    [InlineData("ipmi_local_address", "256, \"ipmi_bridging\": \"single\", \"ipmi_target_channel\": 0, \"ipmi_target_address\": 1")]
    [InlineData("ipmi_force_boot_device", "\"maybe\"")]
    [InlineData("ipmi_disable_boot_timeout", "3")]
    [InlineData("ipmi_username", "\"seventeen letters\"")]
    [InlineData("ipmi_password", "\"twenty-one characters\"")]
    [InlineData("ipmi_password", "\"seventeen letters\", \"ipmi_protocol_version\": \"1.5\"")]
    [InlineData("ipmi_password", "\"zero\\u0000\"")]
    public void What_is_wrong_is_named(string name, string value)
    {
        var exception = Assert.Throws<InvalidParameterException>(() => Read($$"""{"ipmi_address": "b", "{{name}}": {{value}}}""".Replace("\"ipmi_address\": \"b\", \"ipmi_address\"", "\"ipmi_address\"", StringComparison.Ordinal)));

        Assert.Contains("ipmi_", exception.Message, StringComparison.Ordinal);
        if (name is "ipmi_password" or "ipmi_hex_kg_key")
            Assert.DoesNotContain(value.Trim('"').Split('"')[0], exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ipmi_bridging", "\"no\", \"ipmi_target_channel\": \"none\"")]
    [InlineData("ipmi_cipher_suite", "\"\"")]
    [InlineData("ipmi_hex_kg_key", "\"0102030405060708090a0b0c0d0e0f1011121314\"")]
    [InlineData("ipmi_password", "\"twenty characters ok\"")]
    public void What_is_allowed_is_taken(string name, string value) => Assert.NotNull(Read($$"""{"ipmi_address": "b", "{{name}}": {{value}}}"""));

    [Fact]
    public void Every_property_is_described_and_secrets_are_marked()
    {
        Assert.All(IpmiProperties.All, property => Assert.NotEmpty(property.Description));
        Assert.Equal(["ipmi_password", "ipmi_hex_kg_key"], IpmiProperties.All.Where(property => property.Secret).Select(property => property.Name));
        Assert.Equal(["ipmi_address"], IpmiProperties.All.Where(property => property.Required).Select(property => property.Name));
    }

    [Fact]
    public void Credentials_tell_nothing_about_themselves() => Assert.DoesNotContain("secret", $"{new IpmiTarget("b", 1, new SessionProfile(new IpmiCredentials("u", "secret", []), PrivilegeLevel.User, IpmiVersion.Two, null))} {new IpmiCredentials("u", "secret", [])}", StringComparison.Ordinal);

    private static IpmiDriverInfo Read(string driverInfo) => IpmiDriverInfo.Read(new NodeContext { Uuid = "n", DriverInfo = JsonMap.Parse(driverInfo) });
}
