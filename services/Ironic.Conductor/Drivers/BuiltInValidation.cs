using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>What the conductor's own implementations need of a node.</summary>
internal sealed class BuiltInValidation(PortStore ports, BuiltInPower power)
{
    private static readonly string[] RamdiskParameters = [BuiltInProperties.DeployKernel, BuiltInProperties.DeployRamdisk];

    /// <exception cref="IronicException">
    /// UNSUPPORTED_DRIVER_EXTENSION where there is no such interface; MISSING_PARAMETER_VALUE, INVALID_PARAMETER_VALUE.
    /// </exception>
    public async Task ValidateAsync(NodeRow node, InterfaceKind kind, string name, CancellationToken cancellationToken)
    {
        if (BuiltInInterfaces.IsAbsent(kind.Type, name))
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"Driver {node.Driver} does not support {kind.Name} (disabled or not implemented).");
        if (!BuiltInInterfaces.Has(kind.Type, name))
            throw new IronicException(ErrorReason.InterfaceNotFound, $"The {kind.Name} interface {name} of node {node.Uuid} is not available.");
        if (kind.Type == InterfaceType.Power)
            power.Validate(node);
        if (kind.Type == InterfaceType.Boot)
            await ValidateNetworkBootAsync(node, cancellationToken);
        if (kind.Type == InterfaceType.Deploy && name == "direct")
            ValidateImage(node);
        if (kind.Type == InterfaceType.Deploy && name == RamdiskDeploy.InterfaceName)
            RamdiskDeploy.ValidateImage(node);
    }

    // Both network boot interfaces boot a ramdisk, by the MAC address of a port.
    private async Task ValidateNetworkBootAsync(NodeRow node, CancellationToken cancellationToken)
    {
        if (!await ports.HasAnyAsync(node.Id, cancellationToken))
            throw Missing($"Node {node.Uuid} does not have any port associated with it");
        var instance = Members(node.InstanceInfo);
        if (Text(instance, "image_source") is not null && Text(instance, "boot_iso") is not null)
            throw new IronicException(ErrorReason.InvalidParameterValue, "An 'image_source' and 'boot_iso' parameter may not be specified at the same time");
        var driver = Members(node.DriverInfo);
        var missing = RamdiskParameters.Where(parameter => Text(driver, parameter) is null).ToList();
        if (missing.Count > 0)
            throw Missing($"Cannot boot the deployment ramdisk of node {node.Uuid}: driver_info lacks {string.Join(", ", missing)}.");
    }

    private static void ValidateImage(NodeRow node)
    {
        var instance = Members(node.InstanceInfo);
        var source = Text(instance, "image_source") ?? throw Missing($"Node {node.Uuid} failed to validate deploy image info: instance_info lacks image_source.");
        // The image service knows the checksums of its images, and files are read here.
        if (!source.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !source.StartsWith("https://", StringComparison.OrdinalIgnoreCase))
            return;
        var (algorithm, value) = (Text(instance, "image_os_hash_algo"), Text(instance, "image_os_hash_value"));
        if (algorithm is null != (value is null) || (value is null && Text(instance, "image_checksum") is null))
            throw Missing($"instance_info of node {node.Uuid} needs either image_checksum, or image_os_hash_algo and image_os_hash_value.");
    }

    private static JsonObject Members(string? json) => json is null ? [] : JsonNode.Parse(json)!.AsObject();

    private static string? Text(JsonObject members, string name) =>
        members[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;

    private static IronicException Missing(string message) => new(ErrorReason.MissingParameterValue, message);
}
