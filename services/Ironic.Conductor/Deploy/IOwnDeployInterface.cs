using Ironic.Conductor.Steps;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Deploy;

/// <summary>A deploy interface of the conductor's own: it does itself what a driver's process does for those of drivers.</summary>
internal interface IOwnDeployInterface
{
    /// <summary>What a node's <c>deploy_interface</c> says.</summary>
    string Name { get; }

    /// <summary>The steps that it offers. Each can be run again after a conductor died in the middle of it.</summary>
    IReadOnlyList<Step> Steps { get; }

    /// <summary>Refuses a node whose other interfaces it cannot work with.</summary>
    /// <param name="task">A task with its driver.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION.</exception>
    void Require(NodeTask task);

    /// <summary>Does its part of a flow, around the steps.</summary>
    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION for a phase that it cannot do, and what failures of drivers mean.</exception>
    Task RunPhaseAsync(NodeTask task, DeployPhase phase, CancellationToken lost);

    /// <summary>Runs one of its steps.</summary>
    /// <exception cref="IronicException">LOCK_LOST, and what failures of drivers mean.</exception>
    Task RunStepAsync(NodeTask task, NodeStep step, CancellationToken lost);
}
