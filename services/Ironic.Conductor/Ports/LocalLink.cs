using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Ports;

/// <summary>What a port is plugged into: <c>local_link_connection</c>.</summary>
internal static partial class LocalLink
{
    private const string PortId = "port_id";
    private const string SwitchId = "switch_id";
    private const string HostName = "hostname";
    private const string NetworkType = "network_type";
    private const string LogicalSwitch = "vtep-logical-switch";
    private const string PhysicalSwitch = "vtep-physical-switch";

    private const int NetworkTypeSince = 64;
    private const int VtepSince = 90;
    private const int VtepUntil = 105;

    private static readonly string[] Keys = [PortId, SwitchId, HostName, "switch_info", NetworkType, LogicalSwitch, PhysicalSwitch];

    private static readonly JsonSerializerOptions Verbatim = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Checks a link and brings the id of its switch into its canonical form.</summary>
    /// <param name="json">A JSON object.</param>
    /// <param name="before">What it was; what it has from there it may keep in any microversion.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE; NOT_ACCEPTABLE for a key that the microversion has not.</exception>
    public static string Normalize(string json, string? before, Microversion version)
    {
        var link = JsonNode.Parse(json)!.AsObject();
        if (link.Count == 0)
            return json;
        CheckShape(link);
        CheckVersion(link, before is null ? [] : JsonNode.Parse(before)!.AsObject(), version);
        if (Text(link, SwitchId) is not { } given)
            return json;
        var canonical = MacAddress.TryParse(given) ?? (DatapathId().IsMatch(given) ? given.ToLowerInvariant() : null)
            ?? throw Invalid($"Expected a MAC address or OpenFlow datapath ID but received {given}.");
        if (canonical == given)
            return json;
        link[SwitchId] = canonical;
        return link.ToJsonString(Verbatim);
    }

    /// <summary>Whether a link has what a smart network card needs.</summary>
    public static bool FitsSmartNic(string json)
    {
        var link = JsonNode.Parse(json)!.AsObject();
        return link.ContainsKey(PortId) && link.ContainsKey(HostName);
    }

    /// <summary>The link as callers of a microversion see it: with keys that it does not know it looks empty.</summary>
    public static string? Shown(string? json, Microversion version) =>
        json is null || HasVtep(version) || !json.Contains("vtep-", StringComparison.Ordinal) || !JsonNode.Parse(json)!.AsObject().Any(p => p.Key is LogicalSwitch or PhysicalSwitch)
            ? json
            : "{}";

    private static void CheckShape(JsonObject link)
    {
        foreach (var (key, value) in link)
        {
            if (!Keys.Contains(key))
                throw Invalid($"Schema error for local_link_connection: Additional properties are not allowed ('{key}' was unexpected)");
            if (value?.GetValueKind() != JsonValueKind.String)
                throw Invalid($"Schema error for local_link_connection: the value of {key} is not of type 'string'");
        }

        var type = Text(link, NetworkType);
        if (type is not (null or "managed" or "unmanaged"))
            throw Invalid("Schema error for local_link_connection: network_type is not one of ['managed', 'unmanaged']");
        if (link.ContainsKey(LogicalSwitch) != link.ContainsKey(PhysicalSwitch))
            throw Invalid($"Schema error for local_link_connection: {LogicalSwitch} and {PhysicalSwitch} need each other");
        // An unmanaged link needs nothing else.
        if (type == "unmanaged")
            return;
        if (!link.ContainsKey(PortId))
            throw Invalid($"Schema error for local_link_connection: '{PortId}' is a required property");
        if (!link.ContainsKey(SwitchId) && !link.ContainsKey(HostName) && !link.ContainsKey(LogicalSwitch))
            throw Invalid($"Schema error for local_link_connection: '{SwitchId}' is a required property");
    }

    private static void CheckVersion(JsonObject link, JsonObject before, Microversion version)
    {
        if (version.Minor < NetworkTypeSince && IsNew(NetworkType))
            throw TooNew($"{NetworkType} needs API version 1.{NetworkTypeSince}");
        if (!HasVtep(version) && IsNew(LogicalSwitch))
            throw TooNew($"{LogicalSwitch} is only known from API version 1.{VtepSince} to 1.{VtepUntil - 1}");

        bool IsNew(string key) => link.ContainsKey(key) && !before.ContainsKey(key);
    }

    private static bool HasVtep(Microversion version) => version.Minor is >= VtepSince and < VtepUntil;

    private static string? Text(JsonObject link, string key) => link[key]?.GetValue<string>();

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);

    private static IronicException TooNew(string what) => new(ErrorReason.NotAcceptable, $"Request not acceptable. In local_link_connection, {what}.");

    [GeneratedRegex(@"^[0-9A-Fa-f]{16}\z")]
    private static partial Regex DatapathId();
}
