using Ironic.Api.V1;
using Ironic.Conductor.Deploy;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls for what goes on in a flow of provisioning beside its steps.</summary>
internal sealed class FlowCalls(DriverCalls calls, OwnDeployInterfaces own, IOptions<DriverOptions> options)
{
    private readonly DriverOptions _options = options.Value;

    /// <summary>Lets the deploy interface do its part of a flow. One that does not know the phase has nothing to do in it.</summary>
    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION for an implementation of the conductor's own, and what the phase's failure means to the caller of the API.</exception>
    public async Task<WorkOutcome> RunDeployPhaseAsync(NodeTask task, DeployPhase phase, CancellationToken cancellationToken)
    {
        if (own.Find(task.Node) is { } mine)
        {
            await mine.RunPhaseAsync(task, phase, cancellationToken);
            return WorkOutcome.Done;
        }

        if (phase is DeployPhase.TearDownCleaning or DeployPhase.TearDownService && DriverCalls.IsBuiltIn(task, InterfaceType.Deploy))
        {
            // It has booted no ramdisk that would have to be stopped.
            return WorkOutcome.Done;
        }

        var served = Served(task, InterfaceType.Deploy);
        var request = new RunDeployPhaseRequest
        {
            Context = DriverCalls.Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
            Phase = phase,
        };
        try
        {
            return (await calls.FollowAsync(
                task, served.Driver, options => served.Driver.Deploy.RunDeployPhase(request, options), response => response.Progress, _options.PhaseTimeout, cancellationToken)).Outcome;
        }
        catch (IronicException e) when (e.Reason == ErrorReason.UnsupportedDriverExtension)
        {
            return WorkOutcome.Done;
        }
    }

    /// <summary>As <see cref="RunDeployPhaseAsync"/>, for callers that go on when the phase fails.</summary>
    /// <returns>Why it failed; null when it did not.</returns>
    /// <exception cref="IronicException">LOCK_LOST.</exception>
    public async Task<string?> TryRunDeployPhaseAsync(NodeTask task, DeployPhase phase, CancellationToken cancellationToken)
    {
        try
        {
            await RunDeployPhaseAsync(task, phase, cancellationToken);
            return null;
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            return e.Message;
        }
    }

    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION, and what the phase's failure means to the caller of the API.</exception>
    public async Task<WorkOutcome> RunRescuePhaseAsync(NodeTask task, RescuePhase phase, CancellationToken cancellationToken)
    {
        var served = Served(task, InterfaceType.Rescue);
        var request = new RunRescuePhaseRequest
        {
            Context = DriverCalls.Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
            Phase = phase,
        };
        return (await calls.FollowAsync(
            task, served.Driver, options => served.Driver.Rescue.RunRescuePhase(request, options), response => response.Progress, _options.PhaseTimeout, cancellationToken)).Outcome;
    }

    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION, and what the inspection's failure means to the caller of the API.</exception>
    public Task<InspectHardwareResponse> InspectAsync(NodeTask task, CancellationToken cancellationToken)
    {
        var served = Served(task, InterfaceType.Inspect);
        var request = new InspectHardwareRequest
        {
            Context = DriverCalls.Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
        };
        return calls.FollowAsync(
            task, served.Driver, options => served.Driver.Inspect.InspectHardware(request, options), response => response.Progress, _options.PhaseTimeout, cancellationToken);
    }

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task AbortInspectionAsync(NodeTask task, CancellationToken cancellationToken)
    {
        var served = Served(task, InterfaceType.Inspect);
        var request = new AbortInspectionRequest
        {
            Context = DriverCalls.Context(task, mutating: true),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
        };
        return calls.CallAsync(task, served.Driver, options => served.Driver.Inspect.AbortInspectionAsync(request, options), cancellationToken);
    }

    /// <summary>Whether a driver process has the node's implementation; otherwise it is one of the conductor's own.</summary>
    /// <exception cref="IronicException">DRIVER_UNAVAILABLE: the process that served it is gone.</exception>
    public static bool IsServed(NodeTask task, InterfaceType type) => task.FindServed(type) is not null;

    // What talks to a ramdisk is the conductor's own; it is not there yet.
    private static ServedInterface Served(NodeTask task, InterfaceType type)
    {
        var kind = InterfaceTypes.Get(type);
        if (!IsServed(task, type) && kind.Get(task.Node) is { } name && !BuiltInInterfaces.IsAbsent(type, name))
            throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"The {kind.Name} interface {name} of node {task.Node.Uuid} cannot do this in this version.");
        return DriverCalls.Served(task, type);
    }
}
