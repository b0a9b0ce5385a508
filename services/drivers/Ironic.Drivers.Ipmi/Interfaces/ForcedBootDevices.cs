using System.Collections.Concurrent;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>
/// The persistent boot devices of nodes whose BMCs forget them (<c>ipmi_force_boot_device</c>): they are set again, for one boot, each time the machine is
/// switched on. They are kept as long as the process lives.
/// </summary>
internal sealed class ForcedBootDevices(IpmiClient client, IOptions<IpmiOptions> options)
{
    private readonly ConcurrentDictionary<string, string> _devices = new(StringComparer.Ordinal);

    /// <summary>Sets the node's boot device, and remembers it if its BMC may forget it.</summary>
    /// <exception cref="InvalidParameterException">There is no such device.</exception>
    public async Task SetAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        var force = IpmiDriverInfo.Read(node).ForceBootDevice;
        // A BMC that keeps nothing is asked for the next boot only, and again before the one after.
        await SendAsync(node, device, persistent && !force, cancellationToken);
        if (force && persistent)
            _devices[node.Uuid] = device;
        else
            _devices.TryRemove(node.Uuid, out _);
    }

    /// <summary>The device that the node boots from each time; null when none is forced.</summary>
    public string? Find(NodeContext node) => IpmiDriverInfo.Read(node).ForceBootDevice ? _devices.GetValueOrDefault(node.Uuid) : null;

    /// <summary>Sets the remembered device again, before the machine is switched on.</summary>
    public async Task ApplyAsync(NodeContext node, CancellationToken cancellationToken)
    {
        if (Find(node) is { } device)
            await SendAsync(node, device, persistent: false, cancellationToken);
    }

    private Task SendAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        var uefi = MachineTraits.ReadBootMode(node, options.Value.DefaultBootMode) == BootMode.Uefi;
        var flags = new BootFlags(BootDevices.Select(device, uefi, MachineTraits.IsSupermicro(node)), persistent, uefi);
        var keep = IpmiDriverInfo.Read(node).DisableBootTimeout ?? options.Value.DisableBootTimeout;
        return client.UseAsync(node, channel => channel.SetBootFlagsAsync(flags, keep), cancellationToken);
    }
}
