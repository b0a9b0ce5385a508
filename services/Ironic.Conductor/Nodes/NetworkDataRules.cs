using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Conductor.Shapes;

namespace Ironic.Conductor.Nodes;

/// <summary>A node's static network configuration, in the form of Nova's network_data.json: links, networks and services.</summary>
internal static partial class NetworkDataRules
{
    private static readonly JsonShape MacAddress = JsonShape.TextWhere("a MAC address", text => Mac().IsMatch(text));

    private static readonly JsonShape Ipv4 = JsonShape.TextWhere("an IPv4 address", IsIpv4);

    private static readonly JsonShape Ipv4Mask = JsonShape.TextWhere("an IPv4 network mask", IsIpv4Mask);

    private static readonly JsonShape Ipv6 = JsonShape.TextWhere("an IPv6 address", IsIpv6);

    private static readonly JsonShape Ipv6Host = JsonShape.TextWhere("an IPv6 address", text => IsIpv6(PrefixLength().Replace(text, "")));

    private static readonly JsonShape Mtu = JsonShape.AnyOf(JsonShape.Null, JsonShape.Number(1, 65535));

    private static readonly JsonShape Shape = JsonShape.Object(
        isOpen: true,
        Required("links", JsonShape.ListOf(JsonShape.AnyOf(Link(), Bond(), Vlan()))),
        Required("networks", JsonShape.ListOf(JsonShape.AnyOf(Network(Ipv4, Ipv4Mask, Ipv4, "ipv4", "ipv4_dhcp"), Network(Ipv6, Ipv6, Ipv6Host, "ipv6", "ipv6_dhcp", "ipv6_slaac")))),
        Required("services", JsonShape.ListOf(Service(JsonShape.AnyOf(Ipv4, Ipv6Host)))));

    /// <summary>What does not fit; null when everything does.</summary>
    public static string? FindFault(JsonElement networkData) => Shape.FindFault(networkData);

    private static JsonShapeMember Required(string name, JsonShape shape) => new(name, shape, IsRequired: true);

    private static JsonShape Link() => JsonShape.Object(
        isOpen: true,
        Required("id", JsonShape.Text),
        Required("ethernet_mac_address", MacAddress),
        Required("type", JsonShape.OneOf("bridge", "dvs", "hw_veb", "hyperv", "ovs", "tap", "vhostuser", "vif", "phy")),
        new JsonShapeMember("mtu", Mtu),
        new JsonShapeMember("vif_id", JsonShape.Text));

    private static JsonShape Bond() => JsonShape.Object(
        isOpen: true,
        Required("id", JsonShape.Text),
        Required("ethernet_mac_address", MacAddress),
        Required("type", JsonShape.OneOf("bond")),
        Required("bond_mode", JsonShape.OneOf("802.1ad", "balance-rr", "active-backup", "balance-xor", "broadcast", "balance-tlb", "balance-alb")),
        Required("bond_links", JsonShape.ListOf(JsonShape.Text)),
        new JsonShapeMember("mtu", Mtu),
        new JsonShapeMember("vif_id", JsonShape.Text));

    private static JsonShape Vlan() => JsonShape.Object(
        isOpen: true,
        Required("id", JsonShape.Text),
        Required("vlan_mac_address", MacAddress),
        Required("type", JsonShape.OneOf("vlan")),
        Required("vlan_link", JsonShape.Text),
        Required("vlan_id", JsonShape.Integer()),
        new JsonShapeMember("mtu", Mtu),
        new JsonShapeMember("vif_id", JsonShape.Text));

    private static JsonShape Network(JsonShape address, JsonShape mask, JsonShape host, params string[] types) => JsonShape.Object(
        isOpen: true,
        Required("id", JsonShape.Text),
        Required("link", JsonShape.Text),
        Required("network_id", JsonShape.Text),
        Required("type", JsonShape.OneOf(types)),
        new JsonShapeMember("ip_address", host),
        new JsonShapeMember("netmask", mask),
        new JsonShapeMember("routes", JsonShape.ListOf(Route(address, mask, host))));

    private static JsonShape Route(JsonShape address, JsonShape mask, JsonShape host) => JsonShape.Object(
        isOpen: true,
        Required("network", address),
        Required("netmask", mask),
        Required("gateway", address),
        new JsonShapeMember("services", JsonShape.ListOf(Service(host))));

    private static JsonShape Service(JsonShape address) => JsonShape.Object(
        isOpen: true,
        Required("address", address),
        Required("type", JsonShape.OneOf("dns")));

    private static bool IsIpv4(string text) =>
        text.Split('.') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and <= 3 && byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _));

    // A mask begins with ones and goes on with zeros.
    private static bool IsIpv4Mask(string text)
    {
        if (!IsIpv4(text))
            return false;
        var bits = text.Split('.').Aggregate(0u, (mask, part) => (mask << 8) | byte.Parse(part, CultureInfo.InvariantCulture));
        return (~bits & (~bits + 1)) == 0;
    }

    private static bool IsIpv6(string text) =>
        text.Contains(':', StringComparison.Ordinal) && !text.Contains('[', StringComparison.Ordinal) && !text.Contains('/', StringComparison.Ordinal)
        && IPAddress.TryParse(text, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    [GeneratedRegex(@"\A([0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Mac();

    [GeneratedRegex(@"/[0-9]{1,2}\z", RegexOptions.CultureInvariant)]
    private static partial Regex PrefixLength();
}
