using System.Text.Json.Nodes;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Deploy;

/// <summary>
/// The deploy interface <c>ramdisk</c>: the machine boots the instance's own image each time, and nothing is written to a disk. The boot interface,
/// a driver's, prepares the boot; here the machine is switched around it.
/// </summary>
internal sealed class RamdiskDeploy(DriverCalls calls, BootCalls boot, PowerSwitch power) : IOwnDeployInterface
{
    public const string InterfaceName = "ramdisk";

    private const string DeployStep = "deploy";

    public string Name => InterfaceName;

    public IReadOnlyList<Step> Steps { get; } =
    [
        new Step { Kinds = { StepKind.Deploy }, Name = DeployStep, Description = "Boots the instance from its image", Priority = 100, Abortable = false, RequiresRamdisk = false },
    ];

    /// <inheritdoc cref="IOwnDeployInterface.Require"/>
    public static void RequireBoot(NodeTask task)
    {
        if (!BootCalls.Can(task, BootCapability.Ramdisk))
        {
            throw new IronicException(
                ErrorReason.UnsupportedDriverExtension,
                $"The deploy interface {InterfaceName} of node {task.Node.Uuid} needs a boot interface that boots an instance's image; in this version {task.Node.BootInterface} does not.");
        }
    }

    /// <summary>Whether a node's instance has an image to boot.</summary>
    /// <exception cref="IronicException">MISSING_PARAMETER_VALUE.</exception>
    public static void ValidateImage(NodeRow node)
    {
        var info = JsonNode.Parse(node.InstanceInfo ?? "{}")!.AsObject();
        if (info["boot_iso"] is null && (info["kernel"] is null || info["ramdisk"] is null))
            throw new IronicException(ErrorReason.MissingParameterValue, $"instance_info of node {node.Uuid} needs either boot_iso, or kernel and ramdisk, to be deployed by the deploy interface {InterfaceName}.");
    }

    public void Require(NodeTask task) => RequireBoot(task);

    public Task RunPhaseAsync(NodeTask task, DeployPhase phase, CancellationToken lost) => phase switch
    {
        // An adopted machine runs.
        DeployPhase.Prepare when task.Node.ProvisionState == StepFlowKind.Deployment.Running => PowerOffAsync(task, lost),
        DeployPhase.CleanUp => CleanUpAsync(task, lost),
        DeployPhase.TearDown => PowerOffAsync(task, lost),
        // What a machine boots its controller knows: nothing is lost with a conductor. But the node must be one that could be deployed.
        DeployPhase.TakeOver => calls.ValidateAsync(task, InterfaceTypes.Get(InterfaceType.Deploy), lost),
        DeployPhase.PrepareCleaning => throw OwnDeployInterfaces.NoAgent(task.Node, Name, "cleaning"),
        DeployPhase.PrepareService => throw OwnDeployInterfaces.NoAgent(task.Node, Name, "service"),
        _ => Task.CompletedTask,
    };

    public Task RunStepAsync(NodeTask task, NodeStep step, CancellationToken lost) => step.Name == DeployStep
        ? DeployAsync(task, lost)
        : throw new InvalidOperationException($"The deploy interface {Name} has no step {step.Name}.");

    // What a conductor that died has done of it may be done again: the machine boots the instance anew, which nobody uses yet.
    private async Task DeployAsync(NodeTask task, CancellationToken lost)
    {
        if (HasConfigDrive(task.Node))
        {
            var warning = $"The config drive of node {task.Node.Uuid} is ignored: the boot interface {task.Node.BootInterface} shows it to no instance that boots from an image of its own.";
            await task.SaveAsync(CancellationToken.None, new JournalEntry(StepFlowKind.Deployment.EventType, warning) { IsHistory = true });
        }

        await PowerOffAsync(task, lost);
        await boot.PrepareInstanceAsync(task, lost);
        await SwitchAsync(task, task.Node.DisablePowerOff ? PowerTarget.Reboot : PowerTarget.On, lost);
    }

    private async Task CleanUpAsync(NodeTask task, CancellationToken lost)
    {
        await PowerOffAsync(task, lost);
        await boot.CleanUpInstanceAsync(task, lost);
        // Otherwise it would go on running an instance that is gone.
        if (task.Node.DisablePowerOff)
            await SwitchAsync(task, PowerTarget.Reboot, lost);
    }

    private Task PowerOffAsync(NodeTask task, CancellationToken lost) => task.Node.DisablePowerOff ? Task.CompletedTask : SwitchAsync(task, PowerTarget.Off, lost);

    private async Task SwitchAsync(NodeTask task, PowerTarget target, CancellationToken lost) =>
        await task.SaveAsync(CancellationToken.None, await power.SwitchAsync(task, target, null, lost));

    private static bool HasConfigDrive(NodeRow node) => JsonNode.Parse(node.InstanceInfo ?? "{}")!["configdrive"] is not null;
}
