using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>One edge of the provisioning state machine.</summary>
/// <param name="ByConductor">Whether the conductor alone takes it, although a verb has the event's name.</param>
internal readonly record struct ProvisionTransition(string From, string Event, string To, bool ByConductor = false)
{
    /// <summary>Whether callers cannot ask for it.</summary>
    public bool IsInternal => ByConductor || Event is "fail" or "done" or "wait" or "hold" or "resume";
}

/// <summary>The provisioning state machine as one table. Stable states have no target; all others move towards one.</summary>
internal static class ProvisionStateMachine
{
    /// <summary>Every edge. The events <c>fail</c>, <c>done</c>, <c>wait</c>, <c>hold</c>, <c>resume</c> are the conductor's own; the others are verbs.</summary>
    public static IReadOnlyList<ProvisionTransition> Transitions { get; } =
    [
        new("available", "deploy", "deploying"),
        new("deploying", "fail", "deploy failed"),
        new("deploy failed", "rebuild", "deploying"),
        new("deploy failed", "deploy", "deploying"),
        new("deploying", "wait", "wait call-back"),
        new("deploying", "hold", "deploy hold"),
        new("wait call-back", "hold", "deploy hold"),
        new("wait call-back", "resume", "deploying"),
        new("wait call-back", "fail", "deploy failed"),
        new("deploy hold", "unhold", "wait call-back"),
        new("deploy hold", "abort", "deploy failed"),
        new("wait call-back", "abort", "deploy failed"),
        new("deploying", "done", "active"),
        new("active", "rebuild", "deploying"),
        new("active", "delete", "deleting"),
        new("wait call-back", "delete", "deleting"),
        new("deploy failed", "delete", "deleting"),
        new("deleting", "fail", "error"),
        new("deleting", "clean", "cleaning", ByConductor: true),
        new("cleaning", "done", "available"),
        new("cleaning", "fail", "clean failed"),
        new("clean wait", "fail", "clean failed"),
        new("clean wait", "abort", "clean failed"),
        new("cleaning", "wait", "clean wait"),
        new("cleaning", "hold", "clean hold"),
        new("clean wait", "hold", "clean hold"),
        new("clean wait", "resume", "cleaning"),
        new("clean hold", "abort", "clean failed"),
        new("clean hold", "unhold", "clean wait"),
        new("clean failed", "manage", "manageable"),
        new("manageable", "provide", "cleaning"),
        new("manageable", "clean", "cleaning"),
        new("cleaning", "manage", "manageable", ByConductor: true),
        new("available", "manage", "manageable"),
        new("error", "rebuild", "deploying"),
        new("error", "delete", "deleting"),
        new("manageable", "inspect", "inspecting"),
        new("inspecting", "done", "manageable"),
        new("inspecting", "fail", "inspect failed"),
        new("inspecting", "wait", "inspect wait"),
        new("inspect wait", "done", "manageable"),
        new("inspect wait", "fail", "inspect failed"),
        new("inspect wait", "abort", "inspect failed"),
        new("inspect wait", "resume", "inspecting"),
        new("inspect failed", "manage", "manageable"),
        new("inspect failed", "inspect", "inspecting"),
        new("active", "rescue", "rescuing"),
        new("rescuing", "done", "rescue"),
        new("rescuing", "wait", "rescue wait"),
        new("rescue wait", "resume", "rescuing"),
        new("rescue", "rescue", "rescuing"),
        new("rescue", "delete", "deleting"),
        new("rescue wait", "fail", "rescue failed"),
        new("rescuing", "fail", "rescue failed"),
        new("rescue wait", "abort", "rescue failed"),
        new("rescue failed", "rescue", "rescuing"),
        new("rescue failed", "unrescue", "unrescuing"),
        new("rescue failed", "delete", "deleting"),
        new("rescue wait", "delete", "deleting"),
        new("rescue", "unrescue", "unrescuing"),
        new("unrescuing", "done", "active"),
        new("unrescuing", "fail", "unrescue failed"),
        new("unrescue failed", "rescue", "rescuing"),
        new("unrescue failed", "unrescue", "unrescuing"),
        new("unrescue failed", "delete", "deleting"),
        new("enroll", "manage", "verifying"),
        new("verifying", "done", "manageable"),
        new("verifying", "fail", "enroll"),
        new("manageable", "adopt", "adopting"),
        new("adopting", "done", "active"),
        new("adopting", "fail", "adopt failed"),
        new("adopt failed", "adopt", "adopting"),
        new("adopt failed", "manage", "manageable"),
        new("servicing", "done", "active"),
        new("active", "service", "servicing"),
        new("servicing", "fail", "service failed"),
        new("servicing", "wait", "service wait"),
        new("servicing", "hold", "service hold"),
        new("service wait", "hold", "service hold"),
        new("service hold", "service", "servicing"),
        new("service hold", "unhold", "service wait"),
        new("service wait", "resume", "servicing"),
        new("service wait", "fail", "service failed"),
        new("service hold", "fail", "service failed"),
        new("service wait", "abort", "service failed"),
        new("service hold", "abort", "service failed"),
        new("service failed", "service", "servicing"),
        new("service failed", "rescue", "rescuing"),
        new("service failed", "wait", "service wait"),
        new("service failed", "hold", "service hold"),
        new("service failed", "delete", "deleting"),
        new("service failed", "abort", "active"),
        new("service wait", "delete", "deleting"),
    ];

    private static readonly FrozenDictionary<(string From, string Event), ProvisionTransition> Edges = Transitions.ToFrozenDictionary(t => (t.From, t.Event));

    // Where a state leads to; null for a stable state.
    private static readonly FrozenDictionary<string, string?> DefaultTargets = new Dictionary<string, string?>
    {
        ["active"] = null,
        ["adopt failed"] = "active",
        ["adopting"] = "active",
        ["available"] = null,
        ["clean failed"] = "available",
        ["clean hold"] = "available",
        ["clean wait"] = "available",
        ["cleaning"] = "available",
        ["deleting"] = "available",
        ["deploy failed"] = "active",
        ["deploy hold"] = "active",
        ["deploying"] = "active",
        ["enroll"] = null,
        ["error"] = null,
        ["inspect failed"] = "manageable",
        ["inspect wait"] = "manageable",
        ["inspecting"] = "manageable",
        ["manageable"] = null,
        ["rescue"] = null,
        ["rescue failed"] = "rescue",
        ["rescue wait"] = "rescue",
        ["rescuing"] = "rescue",
        ["service failed"] = "active",
        ["service hold"] = "active",
        ["service wait"] = "active",
        ["servicing"] = "active",
        ["unrescue failed"] = "active",
        ["unrescuing"] = "active",
        ["verifying"] = "manageable",
        ["wait call-back"] = "active",
    }.ToFrozenDictionary();

    /// <summary>The states in which a conductor has the node locked and works on it. Each ends by <c>fail</c> when that goes wrong.</summary>
    public static FrozenSet<string> WorkedOn { get; } = FrozenSet.Create(
        "adopting", "cleaning", "deleting", "deploying", "inspecting", "rescuing", "servicing", "unrescuing", "verifying");

    /// <summary>Where a state leads to; null for a stable one.</summary>
    public static string? DefaultTarget(string state) => DefaultTargets[state];

    /// <summary>Whether a caller may ask for the event in the state.</summary>
    public static bool Allows(string state, string @event) => Edges.TryGetValue((state, @event), out var edge) && !edge.IsInternal;

    /// <summary>Moves the node along an edge.</summary>
    /// <param name="target">Where it shall get to in the end; null: the new state's default. Ignored when the new state is stable.</param>
    /// <returns>The journal's entry for it.</returns>
    /// <exception cref="IronicException">INVALID_STATE_REQUESTED: there is no such edge.</exception>
    public static JournalEntry Move(NodeRow node, string @event, DateTime now, string? target = null)
    {
        if (!Edges.TryGetValue((node.ProvisionState, @event), out var edge))
        {
            throw new IronicException(
                ErrorReason.InvalidStateRequested, $"The requested action \"{@event}\" can not be performed on node \"{node.Uuid}\" while it is in state \"{node.ProvisionState}\".");
        }

        var (from, to) = (edge.From, edge.To);
        var since = node.ProvisionUpdatedAt ?? node.CreatedAt;
        node.ProvisionState = to;
        node.TargetProvisionState = DefaultTargets[to] is { } byDefault ? target ?? byDefault : null;
        node.ProvisionUpdatedAt = now;
        return new JournalEntry("provision_state") { FromState = from, ToState = to, TargetState = node.TargetProvisionState, Duration = now - since };
    }
}
