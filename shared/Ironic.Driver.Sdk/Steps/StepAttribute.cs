namespace Ironic.Driver.Sdk;

/// <summary>Makes a method of an interface a step that cleaning, deployment, service or verification can run.</summary>
/// <param name="kinds">The flows that may use it; at least one.</param>
/// <remarks>
/// The step's name is that of the method in snake_case, without a trailing Async. The method's parameters are bound by name in snake_case from the
/// step's arguments, as those of vendor methods are (<see cref="PassthruAttribute"/>); what [Description] says of a parameter is shown to operators.
/// <see cref="NodeContext"/>, <see cref="IOperationProgress"/> and <see cref="CancellationToken"/> are given by the SDK. The method returns nothing, or
/// a <see cref="StepResult"/>; it may be asynchronous.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StepAttribute(StepKinds kinds) : Attribute
{
    /// <summary>The flows that may use it.</summary>
    public StepKinds Kinds { get; } = kinds;

    /// <summary>The name that operators use; null: the C# name in snake_case.</summary>
    public string? Name { get; set; }

    /// <summary>What it does, for people.</summary>
    public string Description { get; set; } = "";

    /// <summary>The order within an automated flow, the highest first; 0: only when asked for.</summary>
    public int Priority { get; set; }

    /// <summary>Whether it may be stopped in the middle: its <see cref="CancellationToken"/> is cancelled then.</summary>
    public bool Abortable { get; set; }

    /// <summary>Whether it needs the agent's ramdisk to run on the node.</summary>
    public bool RequiresRamdisk { get; set; } = true;

    /// <summary>
    /// Whether it takes minutes or more. The conductor gives the node's lock back while it runs, and others can work on the node; what it reports
    /// as driver_internal_info is stored all the same.
    /// </summary>
    public bool LongRunning { get; set; }
}

/// <summary>How a step, or another piece of a flow, ended well.</summary>
public enum WorkOutcome
{
    /// <summary>It is done.</summary>
    Done = 1,

    /// <summary>The agent in the ramdisk goes on with it: the node waits for its heartbeat.</summary>
    Wait = 2,
}

/// <summary>What a step ended with.</summary>
/// <param name="Outcome">Whether it is over.</param>
public sealed record StepResult(WorkOutcome Outcome = WorkOutcome.Done)
{
    /// <summary>What the node's raid_config is now; null: as it was.</summary>
    public System.Text.Json.Nodes.JsonObject? RaidConfig { get; init; }
}
