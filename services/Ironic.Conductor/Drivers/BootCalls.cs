using Ironic.Api.V1;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to a node's boot interface.</summary>
internal sealed class BootCalls(DriverCalls calls, IOptions<DriverOptions> options)
{
    /// <summary>Whether the node's boot interface is a driver's, and boots what is asked for.</summary>
    public static bool Can(NodeTask task, BootCapability capability) =>
        task.FindServed(InterfaceType.Boot)?.Description.BootCapabilities.Contains(capability) is true;

    /// <summary>The machine boots its instance from the next time on. Its power stays as it is.</summary>
    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION, and what the failure means to the caller of the API.</exception>
    public Task PrepareInstanceAsync(NodeTask task, CancellationToken cancellationToken) => RunAsync(task, BootPhase.PrepareInstance, cancellationToken);

    /// <summary>The machine has no access to its instance's images any more. Its power stays as it is.</summary>
    /// <exception cref="IronicException">As <see cref="PrepareInstanceAsync"/>.</exception>
    public Task CleanUpInstanceAsync(NodeTask task, CancellationToken cancellationToken) => RunAsync(task, BootPhase.CleanUpInstance, cancellationToken);

    private async Task RunAsync(NodeTask task, BootPhase phase, CancellationToken cancellationToken)
    {
        var served = DriverCalls.Served(task, InterfaceType.Boot);
        if (served.Description.BootCapabilities.Count == 0)
            throw DriverCalls.Unsupported(task.Node, InterfaceTypes.Get(InterfaceType.Boot));
        var request = new RunBootPhaseRequest
        {
            Context = DriverCalls.Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
            Phase = phase,
        };
        var last = await calls.FollowAsync(
            task, served.Driver, callOptions => served.Driver.Boot.RunBootPhase(request, callOptions), response => response.Progress, options.Value.PhaseTimeout, cancellationToken);
        if (last.Outcome != WorkOutcome.Done)
            throw new IronicException(ErrorReason.DriverFailure, $"The driver {served.Driver.Name} ended the boot phase {phase} without having done it.");
    }
}
