using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>What a node boots from next.</summary>
internal sealed class NodeBootDevice(TaskManager tasks, DriverCalls calls)
{
    private static readonly InterfaceKind Management = InterfaceTypes.Get(InterfaceType.Management);

    public async Task<(string? Device, bool? Persistent)> GetAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Management, cancellationToken);
        return await calls.GetBootDeviceAsync(task, cancellationToken);
    }

    public async Task SetAsync(string ident, string device, bool persistent, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Management, cancellationToken);
        await calls.SetBootDeviceAsync(task, device, persistent, task.Lost);
        await task.SaveAndReleaseAsync(CancellationToken.None, new JournalEntry("boot_device", persistent ? $"{device}, persistent" : device));
    }

    public async Task<IReadOnlyList<string>> ListSupportedAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        return await calls.ListSupportedBootDevicesAsync(task, cancellationToken);
    }
}
