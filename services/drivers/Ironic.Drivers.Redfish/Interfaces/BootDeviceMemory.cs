using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Resources;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>
/// Sets boot devices. The persistent ones of machines that take a device for the next boot only are remembered, as long as the process lives, and set again
/// each time the machine is switched on.
/// </summary>
internal sealed partial class BootDeviceMemory(ILogger<BootDeviceMemory> logger)
{
    private const string Once = "Once";
    private const string Continuous = "Continuous";
    private const string HttpUrlKey = "redfish_uefi_http_url";

    private readonly ConcurrentDictionary<string, string> _devices = new(StringComparer.Ordinal);

    /// <summary>Sets a machine's boot device.</summary>
    /// <exception cref="InvalidParameterException">There is no such device.</exception>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public async Task SetAsync(NodeContext node, RedfishSystem system, string device, bool persistent)
    {
        _devices.TryRemove(node.Uuid, out _);
        var target = system.Boot.FindTarget(device);
        try
        {
            await SendAsync(node, system, target, persistent);
        }
        catch (RedfishRefusedException refused) when (persistent && refused.Class is not (ErrorClass.Authentication or ErrorClass.Retryable))
        {
            // Persistent devices have gone from the standard for a while, and some controllers have never got them back.
            LogNotPersistent(node.Uuid, device, refused.Message);
            await SendAsync(node, system, target, persistent: false);
            _devices[node.Uuid] = device;
        }
    }

    /// <summary>The device that the machine boots from each time; null when none is remembered.</summary>
    public string? Find(NodeContext node) => _devices.GetValueOrDefault(node.Uuid);

    /// <summary>Sets the remembered device again, before the machine is switched on.</summary>
    public async Task RestoreAsync(NodeContext node, RedfishSystem system)
    {
        if (Find(node) is not { } device)
            return;
        try
        {
            await SendAsync(node, system, system.Boot.FindTarget(device), persistent: false);
        }
        catch (RedfishRefusedException refused)
        {
            // The machine is to be switched on all the same; it boots as its firmware is configured.
            LogNotRestored(node.Uuid, device, refused.Message);
        }
    }

    private static async Task SendAsync(NodeContext node, RedfishSystem system, string target, bool persistent)
    {
        var enabled = persistent ? Continuous : Once;
        var boot = new JsonObject { ["BootSourceOverrideTarget"] = target };
        // Some controllers refuse what is set already; Supermicro's refuse a target without it.
        if (enabled != system.Boot.Enabled || IsSupermicro(node))
            boot["BootSourceOverrideEnabled"] = enabled;
        if (target == "UefiHttp")
        {
            if (system.Boot.Mode is BootMode.Bios)
                boot["BootSourceOverrideMode"] = BootOverride.ModeName(BootMode.Uefi);
            if (node.DriverInternalInfo.Get<string>(HttpUrlKey) is { } url)
                boot["HttpBootUri"] = url;
        }

        await system.Connection.PatchAsync(system.Resource, new JsonObject { ["Boot"] = boot });
        await system.RefreshAsync();
    }

    private static bool IsSupermicro(NodeContext node) =>
        node.Properties.TryGet("vendor", out var vendor) && string.Equals(vendor.ReadText(), "supermicro", StringComparison.OrdinalIgnoreCase);

    [LoggerMessage(EventId = 7330, EventName = "BootDeviceNotPersistent", Level = LogLevel.Warning,
        Message = "The controller of node {NodeUuid} takes the boot device {Device} for the next boot only; it is set again whenever the machine is switched on: {Reason}")]
    private partial void LogNotPersistent(string nodeUuid, string device, string reason);

    [LoggerMessage(EventId = 7331, EventName = "BootDeviceNotRestored", Level = LogLevel.Warning, Message = "The boot device {Device} of node {NodeUuid} cannot be set again: {Reason}")]
    private partial void LogNotRestored(string nodeUuid, string device, string reason);
}
