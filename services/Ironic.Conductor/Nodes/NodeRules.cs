using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Nodes;

/// <summary>What must be true of a node's fields whoever sets them.</summary>
internal static partial class NodeRules
{
    private static readonly string[] ReservedNames = ["maintenance", "management", "states", "vendor_passthru", "detail", "validate"];

    private static readonly string[] IntegerProperties = ["cpus", "memory_mb", "local_gb"];

    /// <exception cref="IronicException">INVALID_NAME.</exception>
    public static void CheckName(string name, Microversion version)
    {
        // Names of before 1.10 are host names, because they were used as such.
        var valid = version.Minor < 10 ? HostName().IsMatch(name) : NodeIdent.IsLogicalName(name);
        if (!valid || NodeIdent.TryParseUuid(name) is not null)
            throw new IronicException(ErrorReason.InvalidName, $"'{name}' is not a valid node name: 1 to 255 letters, digits, '-', '.', '_', '~', and not a UUID.");
        if (ReservedNames.Contains(name))
        {
            throw new IronicException(
                ErrorReason.InvalidName, $"The word \"{name}\" is reserved and can not be used as a node name. Reserved words are: {string.Join(", ", ReservedNames)}.");
        }
    }

    /// <summary>The sizes among the properties are non-negative integers, given as numbers or as text.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckProperties(NodeRow node)
    {
        if (node.Properties is null)
            return;
        using var properties = JsonDocument.Parse(node.Properties);
        var bad = new List<string>();
        foreach (var name in IntegerProperties)
        {
            if (!properties.RootElement.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
                continue;
            var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                bad.Add($"{name}={text}");
        }

        if (bad.Count > 0)
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue,
                $"The following properties for node {node.Uuid} should be non-negative integers, but provided values are: {string.Join(", ", bad)}");
        }
    }

    /// <summary>The group's stored form.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static string NormalizeConductorGroup(string group) => ConductorGroup().IsMatch(group)
        ? group.ToLowerInvariant()
        : throw new IronicException(ErrorReason.InvalidParameterValue, $"'{group}' is not a valid conductor group: letters, digits, '_', '-' and '.'.");

    /// <summary>The static network configuration of a new node is complete, or empty.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckNewNetworkData(string? networkData)
    {
        if (networkData is null)
            return;
        using var json = JsonDocument.Parse(networkData);
        if (json.RootElement.GetPropertyCount() > 0 && NetworkDataRules.FindFault(json.RootElement) is { } fault)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Schema error for node: {fault}");
    }

    /// <summary>The static network configuration that a patch sets is complete. It can be removed, but not set to nothing.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckPatchedNetworkData(string? networkData)
    {
        using var json = JsonDocument.Parse(networkData ?? "null");
        if (NetworkDataRules.FindFault(json.RootElement) is { } fault)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Invalid network_data: {fault}");
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]*\z")]
    private static partial Regex ConductorGroup();
}
