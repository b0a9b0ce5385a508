namespace Ironic.Conductor.Nodes;

/// <summary>How nodes move through their states: configuration section <c>Provisioning</c>.</summary>
public sealed class ProvisioningOptions
{
    public const string Section = "Provisioning";

    /// <summary>Whether nodes are cleaned before they become available, unless the node says otherwise itself.</summary>
    public bool AutomatedClean { get; set; } = true;

    /// <summary>Whether <c>provide</c> is possible for a node in maintenance.</summary>
    public bool AllowProvisioningInMaintenance { get; set; } = true;
}
