using System.Security.Authentication;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Tests.Configuration;

/// <summary>What driver_info may say.</summary>
public sealed class DriverInfoTests
{
    [Theory]
    [InlineData("bmc.example", "https://bmc.example/redfish/v1/")]
    [InlineData("bmc.example:8443", "https://bmc.example:8443/redfish/v1/")]
    [InlineData("10.0.0.7", "https://10.0.0.7/redfish/v1/")]
    [InlineData("[fd00::1]:8000", "https://[fd00::1]:8000/redfish/v1/")]
    [InlineData("http://bmc.example", "http://bmc.example/redfish/v1/")]
    [InlineData("https://bmc.example/", "https://bmc.example/redfish/v1/")]
    [InlineData("https://bmc.example/redfish/v1", "https://bmc.example/redfish/v1/")]
    [InlineData("https://bmc.example/prefix/redfish/v1/", "https://bmc.example/prefix/redfish/v1/")]
    public void An_address_is_https_and_may_have_a_path(string address, string expected) => Assert.Equal(expected, Read($"\"redfish_address\": \"{address}\"").Target.ToString());

    [Theory]
    [InlineData("\"redfish_address\": \"x y\"", "Invalid Redfish address https://x y set in driver_info/redfish_address on node n")]
    [InlineData("\"redfish_address\": 7", "Invalid Redfish address https://7")]
    [InlineData("\"redfish_address\": \"ftp://bmc\"", "Invalid Redfish address")]
    [InlineData("\"redfish_address\": \"https://\"", "Invalid Redfish address")]
    [InlineData("\"redfish_address\": \"https://bmc?x=1\"", "Invalid Redfish address")]
    [InlineData("\"redfish_address\": \"https://admin:t0p@bmc\"", "must not have a user in it")]
    [InlineData("\"redfish_address\": \"https://admin:t0p@b mc\"", "Invalid Redfish address ******@b mc")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_system_id\": 1", "redfish_system_id")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_system_id\": \"1\"", "redfish_system_id")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_system_id\": \"/a/../b\"", "redfish_system_id")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_system_id\": \"//evil/b\"", "redfish_system_id")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_verify_ca\": \"/no/such/file\"", "redfish_verify_ca")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_verify_ca\": 7", "redfish_verify_ca")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_auth_type\": \"BASIC\"", "The value should be one of \"basic\", \"session\" or \"auto\".")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_auth_type\": null", "redfish_auth_type")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_tls_minimum_version\": \"1.0\"", "\"1.1\", \"1.2\" or \"1.3\"")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_tls_ciphers\": \"HIGH:!aNULL\"", "'HIGH' is none")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_tls_ciphers\": \"::\"", "names no cipher suite")]
    [InlineData("\"redfish_address\": \"bmc\", \"firmware_update_unresponsive_bmc_wait\": -1", "firmware_update_unresponsive_bmc_wait")]
    [InlineData("\"redfish_address\": \"bmc\", \"redfish_username\": {}", "redfish_username")]
    public void What_is_wrong_is_named(string info, string expected)
    {
        var exception = Assert.Throws<InvalidParameterException>(() => Read(info));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("t0p", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"redfish_address\": null")]
    [InlineData("\"redfish_address\": \"\"")]
    public void An_address_is_required(string info) => Assert.Contains("redfish_address", Assert.Throws<MissingParameterException>(() => Read(info)).Message, StringComparison.Ordinal);

    [Fact]
    public void Everything_has_a_default()
    {
        var info = Read("\"redfish_address\": \"bmc\"");

        Assert.Equal(new RedfishTarget(new Uri("https://bmc"), "/redfish/v1/", null, AuthenticationType.Auto, new TlsSettings()), info.Target);
        Assert.Equal((null, null), (info.SystemPath, info.UnresponsiveControllerWait));
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var info = Read("""
            "redfish_address": "bmc", "redfish_system_id": "/redfish/v1/Systems/1/", "redfish_username": "admin", "redfish_password": 1234, "redfish_verify_ca": "no", "redfish_auth_type": "session",
            "redfish_tls_minimum_version": 1.2, "redfish_tls_ciphers": "AES128-SHA", "firmware_update_unresponsive_bmc_wait": "90"
            """);

        Assert.Equal(new RedfishCredentials("admin", "1234"), info.Target.Credentials);
        Assert.Equal((AuthenticationType.Session, false, SslProtocols.Tls12 | SslProtocols.Tls13), (info.Target.Authentication, info.Target.Tls.Verify, info.Target.Tls.Protocols));
        Assert.Equal(("/redfish/v1/Systems/1", TimeSpan.FromSeconds(90)), (info.SystemPath, info.UnresponsiveControllerWait));
        Assert.DoesNotContain("1234", $"{info}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ECDHE-RSA-AES256-GCM-SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")]
    [InlineData("ECDHE-ECDSA-CHACHA20-POLY1305", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")]
    [InlineData("DHE-RSA-AES128-SHA", "TLS_DHE_RSA_WITH_AES_128_CBC_SHA")]
    [InlineData("AES256-SHA256", "TLS_RSA_WITH_AES_256_CBC_SHA256")]
    [InlineData("AES128-GCM-SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256")]
    [InlineData("ECDHE-ECDSA-AES128-CCM8", "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8")]
    [InlineData("tls_aes_128_gcm_sha256", "TLS_AES_128_GCM_SHA256")]
    public void Cipher_suites_have_two_names(string name, string expected) => Assert.Equal(expected, CipherSuiteNames.Parse(name).Single().ToString());

    private static RedfishDriverInfo Read(string info) =>
        RedfishDriverInfo.Read(new NodeContext { Uuid = "n", DriverInfo = JsonMap.Parse($"{{{info}}}") }, AuthenticationType.Auto);
}
