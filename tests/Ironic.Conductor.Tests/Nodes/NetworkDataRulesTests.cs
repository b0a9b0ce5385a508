using System.Text.Json;
using Ironic.Conductor.Nodes;

namespace Ironic.Conductor.Tests.Nodes;

public sealed class NetworkDataRulesTests
{
    private const string Link = """{"id": "eth0", "type": "phy", "ethernet_mac_address": "fa:16:3e:9c:bf:3d", "mtu": null, "vif_id": "v"}""";

    private const string Bond = """{"id": "bond0", "type": "bond", "ethernet_mac_address": "FA-16-3E-9C-BF-3D", "bond_mode": "802.1ad", "bond_links": ["eth0"]}""";

    private const string Vlan = """{"id": "vlan0", "type": "vlan", "vlan_mac_address": "fa:16:3e:9c:bf:3d", "vlan_id": 5, "vlan_link": "eth0"}""";

    private const string Network4 = """
        {"id": "n", "link": "eth0", "network_id": "i", "type": "ipv4", "ip_address": "192.168.81.99", "netmask": "255.255.252.0",
         "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "192.168.80.1", "services": [{"type": "dns", "address": "8.8.8.8"}]}]}
        """;

    private const string Network6 = """
        {"id": "n", "link": "eth0", "network_id": "i", "type": "ipv6_slaac", "ip_address": "2001:db8::1/64", "netmask": "ffff:ffff:ffff:ffff::",
         "routes": [{"network": "::", "netmask": "::", "gateway": "fe80::1"}]}
        """;

    [Theory]
    [InlineData("", "", "")]
    [InlineData(Link, Network4, """{"type": "dns", "address": "8.8.8.8"}""")]
    [InlineData(Bond, Network6, """{"type": "dns", "address": "2001:db8::53"}""")]
    [InlineData(Link + "," + Bond + "," + Vlan, Network4 + "," + Network6, "")]
    public void Complete_configurations_fit(string links, string networks, string services) => Assert.Null(Fault(links, networks, services));

    [Theory]
    [InlineData("""{"id": "eth0", "type": "phy"}""", "", "")]
    [InlineData("""{"id": "eth0", "type": "phy", "ethernet_mac_address": "fa:16:3e"}""", "", "")]
    [InlineData("""{"id": "eth0", "type": "wifi", "ethernet_mac_address": "fa:16:3e:9c:bf:3d"}""", "", "")]
    [InlineData("""{"id": "eth0", "type": "phy", "ethernet_mac_address": "fa:16:3e:9c:bf:3d", "mtu": 0}""", "", "")]
    [InlineData("""{"id": "vlan0", "type": "vlan", "vlan_mac_address": "fa:16:3e:9c:bf:3d", "vlan_id": "5", "vlan_link": "eth0"}""", "", "")]
    [InlineData("5", "", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv5"}""", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv4", "ip_address": "1.2.3.256"}""", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv4", "ip_address": "2001:db8::1"}""", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv4", "netmask": "255.0.255.0"}""", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv6", "ip_address": "1.2.3.4"}""", "")]
    [InlineData("", """{"id": "n", "link": "eth0", "network_id": "i", "type": "ipv4", "routes": [{"network": "0.0.0.0", "netmask": "0.0.0.0"}]}""", "")]
    [InlineData("", "", """{"type": "ntp", "address": "8.8.8.8"}""")]
    [InlineData("", "", """{"type": "dns"}""")]
    public void What_is_wrong_somewhere_does_not(string links, string networks, string services) => Assert.NotNull(Fault(links, networks, services));

    [Theory]
    [InlineData("null", "None is not of type 'object'")]
    [InlineData("{}", "'links' is a required property")]
    [InlineData("""{"links": 5}""", "5 is not of type 'array'")]
    [InlineData("""{"links": []}""", "'networks' is a required property")]
    public void The_parts_must_be_there(string json, string fault) => Assert.Equal(fault, NetworkDataRules.FindFault(JsonSerializer.Deserialize<JsonElement>(json)));

    private static string? Fault(string links, string networks, string services) =>
        NetworkDataRules.FindFault(JsonSerializer.Deserialize<JsonElement>($$"""{"links": [{{links}}], "networks": [{{networks}}], "services": [{{services}}], "more": 1}"""));
}
