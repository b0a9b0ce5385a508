using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Lanes;

/// <summary>How much work of each class runs at a time: configuration section <c>Lanes</c>.</summary>
public sealed class LaneOptions
{
    public const string Section = "Lanes";

    /// <summary>Power and provisioning actions that API callers started, running at a time.</summary>
    [Range(1, 10_000)]
    public int ActionConcurrency { get; set; } = 300;

    /// <summary>Actions that may wait; more are refused with a 503.</summary>
    [Range(0, 1_000_000)]
    public int ActionQueue { get; set; } = 1000;

    /// <summary>Allocations for which nodes are looked for at a time.</summary>
    [Range(1, 10_000)]
    public int AllocationConcurrency { get; set; } = 16;

    /// <summary>Allocations that may wait; more are refused with a 503.</summary>
    [Range(0, 1_000_000)]
    public int AllocationQueue { get; set; } = 10_000;

    /// <summary>Heartbeats of agents that are stored at a time.</summary>
    [Range(1, 10_000)]
    public int HeartbeatConcurrency { get; set; } = 32;

    /// <summary>Heartbeats that may wait; more are refused with a 503, and the agents try again.</summary>
    [Range(0, 1_000_000)]
    public int HeartbeatQueue { get; set; } = 10_000;

    /// <summary>Flows that end because they waited for too long, at a time. Ironic: <c>periodic_max_workers</c>.</summary>
    [Range(1, 10_000)]
    public int TimeoutConcurrency { get; set; } = 8;

    /// <summary>Such flows that wait for their end; more are left to the next look.</summary>
    [Range(0, 1_000_000)]
    public int TimeoutQueue { get; set; } = 1000;

    /// <summary>Machines that are switched back to the power that is stored of them, at a time.</summary>
    [Range(1, 10_000)]
    public int PowerCorrectionConcurrency { get; set; } = 8;

    /// <summary>Such machines that wait for that; more are left to the next look.</summary>
    [Range(0, 1_000_000)]
    public int PowerCorrectionQueue { get; set; } = 10_000;

    /// <summary>Asynchronous vendor methods of one driver, running at a time.</summary>
    [Range(1, 10_000)]
    public int VendorConcurrency { get; set; } = 64;

    /// <summary>Asynchronous vendor methods of one driver that may wait; more are refused with a 503.</summary>
    [Range(0, 1_000_000)]
    public int VendorQueue { get; set; } = 64;

    /// <summary>Synchronous vendor methods of one driver at a time; more are refused with a 503.</summary>
    [Range(1, 10_000)]
    public int VendorSyncConcurrency { get; set; } = 256;
}
