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

    /// <summary>A reason is only kept beside what it is the reason for.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public static void CheckReasons(NodeRow node)
    {
        if (node.RetiredReason is not null && !node.Retired)
            throw new IronicException(ErrorReason.InvalidParameterValue, "Cannot set retired_reason without setting retired to true.");
        if (node.ProtectedReason is not null && !node.Protected)
            throw new IronicException(ErrorReason.InvalidParameterValue, "Cannot set protected_reason without setting protected to true.");
    }

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?\z")]
    private static partial Regex HostName();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]*\z")]
    private static partial Regex ConductorGroup();
}
