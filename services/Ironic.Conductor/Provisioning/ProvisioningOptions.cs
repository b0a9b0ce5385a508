using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Provisioning;

/// <summary>How nodes move through their states: configuration section <c>Provisioning</c>.</summary>
public sealed class ProvisioningOptions
{
    public const string Section = "Provisioning";

    /// <summary>Whether nodes are cleaned before they become available, unless the node says otherwise itself.</summary>
    public bool AutomatedClean { get; set; } = true;

    /// <summary>Whether <c>provide</c> is possible for a node in maintenance.</summary>
    public bool AllowProvisioningInMaintenance { get; set; } = true;

    /// <summary>How many nodes may be in deployment at a time, in the whole system; more are refused with a 503. 0: any number.</summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentDeploy { get; set; } = 250;

    /// <summary>How many nodes may be torn down and cleaned at a time, in the whole system; more are refused with a 503. 0: any number.</summary>
    [Range(0, 1_000_000)]
    public int MaxConcurrentClean { get; set; } = 50;

    /// <summary>Whether verbs that come at a limit are accepted and wait for their turn, instead of being refused.</summary>
    public bool QueueAtLimit { get; set; }

    /// <summary>How often it is looked whether there is room for those that wait.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan QueueInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether the project that an instance belongs to (<c>instance_info.project_id</c>) becomes the node's lessee for as long as it is there.</summary>
    public bool AutomaticLessee { get; set; } = true;

    /// <summary>Where the steps of automated cleaning come from: the drivers, a runbook, or a runbook where there is one.</summary>
    public CleaningSource AutomatedCleaningSource { get; set; } = CleaningSource.Drivers;

    /// <summary>Name or UUID of the runbook of automated cleaning, where no other one is said.</summary>
    public string? CleaningRunbook { get; set; }

    /// <summary>Runbooks of automated cleaning by resource class.</summary>
    public Dictionary<string, string> CleaningRunbookByResourceClass { get; } = [];

    /// <summary>Whether a node may name its runbook itself, by <c>driver_info.cleaning_runbook</c>.</summary>
    public bool CleaningRunbookFromNode { get; set; }

    /// <summary>Whether a node must have a trait of the runbook by which it is cleaned.</summary>
    public bool CleaningRunbookNeedsTrait { get; set; } = true;
}

/// <summary>Where the steps of automated cleaning come from.</summary>
public enum CleaningSource
{
    /// <summary>The steps that a driver offers and whose priority is not 0.</summary>
    Drivers,

    /// <summary>A runbook; without one a node cannot be cleaned.</summary>
    Runbook,

    /// <summary>A runbook where there is one for the node, the driver's steps otherwise.</summary>
    Hybrid,
}
