using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Ramdisks;

/// <summary>How agents in ramdisks are dealt with: configuration section <c>Ramdisk</c>.</summary>
public sealed class RamdiskOptions
{
    public const string Section = "Ramdisk";

    /// <summary>Whether agents are listened to at all; when not, lookups, heartbeats and inspection data are answered with 403.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Whether only nodes are found that are in a state in which a ramdisk runs.</summary>
    public bool RestrictLookup { get; set; } = true;

    /// <summary>Whether an agent's address must be https.</summary>
    public bool RequireTls { get; set; } = true;

    /// <summary>Whether a ramdisk is left running between two uses, so that agents are also heard in the states before and after, and the power interface <c>agent</c> can be used; a node's <c>driver_info</c> may say otherwise.</summary>
    public bool FastTrack { get; set; }

    /// <summary>After how long an agent that is not heard of counts as lost: agents are told.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan HeartbeatTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
