using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Configuration;

/// <summary>The image that a node's instance boots from.</summary>
internal static class InstanceImage
{
    private const string RamdiskDeploy = "ramdisk";

    /// <summary>Whether the node's instance boots from an image of its own, each time.</summary>
    public static bool IsUsed(NodeContext node) => node.Interfaces.GetValueOrDefault("deploy") == RamdiskDeploy;

    /// <summary>The address of the instance's ISO, which <see cref="Check"/> has still to look at.</summary>
    /// <exception cref="MissingParameterException">instance_info names none.</exception>
    /// <exception cref="InvalidParameterException">instance_info names something that cannot be booted.</exception>
    public static string Read(NodeContext node)
    {
        var info = node.InstanceInfo;
        if (!info.Has("boot_iso"))
        {
            throw info.Has("kernel") && info.Has("ramdisk")
                ? new InvalidParameterException($"Node {node.Uuid} boots from an ISO, for which instance_info needs a boot_iso: no ISO is made of a kernel and a ramdisk.")
                : new MissingParameterException($"instance_info of node {node.Uuid} is missing the following properties: boot_iso");
        }

        if (info.Has("image_source"))
            throw new InvalidParameterException("An 'image_source' and 'boot_iso' parameter may not be specified at the same time.");
        return info.Require<string>("boot_iso");
    }

    /// <summary>Whether a machine can fetch something from an address.</summary>
    /// <param name="what">What it is the address of, for the message.</param>
    /// <param name="who">What of the machine fetches it, for the message.</param>
    /// <param name="schemes">What it fetches by.</param>
    /// <returns>The address.</returns>
    /// <exception cref="InvalidParameterException">It cannot. There may be a password in the address, so it is not in the message.</exception>
    public static string Check(string address, string what, string who, IReadOnlyList<string> schemes) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url) && schemes.Contains(url.Scheme) && url.Host.Length > 0
            ? address
            : throw new InvalidParameterException($"{what} must be a URL that the {who} can fetch: {string.Join(", ", schemes)}.");
}
