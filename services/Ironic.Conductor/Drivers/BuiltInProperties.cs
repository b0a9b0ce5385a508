using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>What the conductor's own implementations read in a node's <c>driver_info</c>.</summary>
internal static class BuiltInProperties
{
    /// <summary>The kernel that boots the agent's ramdisk.</summary>
    public const string DeployKernel = "deploy_kernel";

    /// <summary>The ramdisk with the agent.</summary>
    public const string DeployRamdisk = "deploy_ramdisk";

    private static readonly Dictionary<string, string> OfNetworkBoot = new()
    {
        [DeployKernel] = "The kernel of the ramdisk with the agent: where it is, or its name in the image service. Required.",
        [DeployRamdisk] = "The ramdisk with the agent: where it is, or its name in the image service. Required.",
    };

    private static readonly Dictionary<string, string> None = [];

    /// <summary>Descriptions by name; none for an implementation that is a driver's, or reads nothing.</summary>
    public static IReadOnlyDictionary<string, string> For(InterfaceType type, string name) =>
        type == InterfaceType.Boot && BuiltInInterfaces.Has(type, name) ? OfNetworkBoot : None;
}
