using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary>Moves nodes along the provisioning state machine, now, and counts it.</summary>
internal sealed class Transitions(Clock clock, ConductorMetrics metrics)
{
    /// <summary>Moves a node; the caller stores it.</summary>
    /// <param name="target">Where it shall get to in the end; null: the new state's default.</param>
    /// <returns>The journal's entry for it.</returns>
    /// <exception cref="IronicException">INVALID_STATE_REQUESTED: the event is not possible in the node's state.</exception>
    public JournalEntry Move(NodeRow node, string @event, string? target = null)
    {
        var entry = ProvisionStateMachine.Move(node, @event, clock.UtcNow, target);
        metrics.ProvisionStateReached(node.ProvisionState);
        return entry;
    }
}
