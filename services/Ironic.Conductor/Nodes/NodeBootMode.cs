using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using BootMode = Ironic.Driver.V1.BootMode;

namespace Ironic.Conductor.Nodes;

/// <summary>How a node's firmware boots: its mode, and whether it boots only what is signed.</summary>
internal sealed class NodeBootMode(TaskManager tasks, DriverCalls calls, ManagementCalls management, BackgroundWork work)
{
    private static readonly InterfaceKind Management = InterfaceTypes.Get(InterfaceType.Management);

    /// <summary>Starts the change of the mode; it goes on after the answer.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, INVALID_STATE, NODE_LOCKED, NO_VALID_HOST, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public Task SetModeAsync(string ident, Api.V1.BootMode target, CancellationToken cancellationToken)
    {
        var (mode, text) = target switch
        {
            Api.V1.BootMode.Bios => (BootMode.Bios, "bios"),
            Api.V1.BootMode.Uefi => (BootMode.Uefi, "uefi"),
            _ => throw new IronicException(ErrorReason.InvalidParameterValue, "Invalid boot mode requested for node. Allowed boot modes are: bios, uefi"),
        };
        return StartAsync(ident, "boot_mode", $"change boot mode to '{text}'", async (task, lost) =>
        {
            await management.SetBootModeAsync(task, mode, lost);
            task.Node.BootMode = text;
        }, cancellationToken);
    }

    /// <summary>Starts the change of secure boot; it goes on after the answer.</summary>
    /// <exception cref="IronicException">As <see cref="SetModeAsync"/>.</exception>
    public Task SetSecureBootAsync(string ident, bool enabled, CancellationToken cancellationToken) =>
        StartAsync(ident, "secure_boot", $"change secure boot to '{(enabled ? "on" : "off")}'", async (task, lost) =>
        {
            await management.SetSecureBootAsync(task, enabled, lost);
            task.Node.SecureBoot = enabled;
        }, cancellationToken);

    private async Task StartAsync(string ident, string eventType, string what, Func<NodeTask, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        if (ProvisionStates.IsUnstable(task.Node.ProvisionState))
            throw new IronicException(ErrorReason.InvalidState, $"Node {task.Node.Uuid} can not {what} while it is in state \"{task.Node.ProvisionState}\".");
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Management, cancellationToken);
        // The original tells of these failures in last_error only.
        work.Start(task, eventType, what, change, failureIsHistory: false);
    }
}
