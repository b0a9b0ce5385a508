using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Portgroups;

/// <summary>Configuration section <c>Portgroups</c>.</summary>
public sealed class PortgroupOptions
{
    public const string Section = "Portgroups";

    /// <summary>How the members of a port group work together whose creator does not say it.</summary>
    [Required]
    [MaxLength(255)]
    public string DefaultMode { get; set; } = "active-backup";
}
