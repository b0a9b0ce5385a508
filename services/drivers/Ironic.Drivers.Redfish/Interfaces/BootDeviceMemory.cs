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
    private const string Disabled = "Disabled";
    private const string HttpUrlKey = "redfish_uefi_http_url";

    private readonly ConcurrentDictionary<string, Remembered> _devices = new(StringComparer.Ordinal);

    /// <summary>Sets a machine's boot device.</summary>
    /// <exception cref="InvalidParameterException">There is no such device.</exception>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public Task SetAsync(NodeContext node, RedfishSystem system, string device, bool persistent) =>
        SetAsync(node, system, new Remembered(device, device == BootOverride.HttpDevice ? node.DriverInternalInfo.Get<string>(HttpUrlKey) : null), persistent);

    /// <summary>Makes a machine's firmware boot what is at an address.</summary>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public Task SetHttpAsync(NodeContext node, RedfishSystem system, string url, bool persistent) => SetAsync(node, system, new Remembered(BootOverride.HttpDevice, url), persistent);

    /// <summary>A machine that boots over HTTP does so no more, and its controller forgets the address. Other boot devices are left alone.</summary>
    /// <exception cref="DriverException">The controller refuses, and the machine would boot over HTTP; or it does not answer.</exception>
    public async Task ClearHttpAsync(NodeContext node, RedfishSystem system)
    {
        if (Find(node) == BootOverride.HttpDevice)
            _devices.TryRemove(node.Uuid, out _);
        if (IsHttp(system.Boot))
        {
            try
            {
                await PatchBootAsync(system, new JsonObject { ["BootSourceOverrideEnabled"] = Disabled });
            }
            catch (RedfishRefusedException refused) when (IsFinal(refused))
            {
                // It is the same to the standard, but not to all controllers.
                await PatchBootAsync(system, new JsonObject { ["BootSourceOverrideTarget"] = "None" });
            }
        }

        if (string.IsNullOrEmpty(system.Boot.HttpUri))
            return;
        try
        {
            await PatchBootAsync(system, new JsonObject { ["HttpBootUri"] = "" });
        }
        catch (RedfishRefusedException refused) when (refused.Class is not ErrorClass.Retryable)
        {
            // Nothing boots from there; who boots over HTTP next says from where.
            LogAddressLeft(node.Uuid, refused.Message);
        }
    }

    /// <summary>The device that the machine boots from each time; null when none is remembered.</summary>
    public string? Find(NodeContext node) => _devices.GetValueOrDefault(node.Uuid)?.Name;

    /// <summary>Sets the remembered device again, before the machine is switched on.</summary>
    public async Task RestoreAsync(NodeContext node, RedfishSystem system)
    {
        if (!_devices.TryGetValue(node.Uuid, out var device))
            return;
        try
        {
            await SendAsync(node, system, device, persistent: false);
        }
        catch (RedfishRefusedException refused)
        {
            // The machine is to be switched on all the same; it boots as its firmware is configured.
            LogNotRestored(node.Uuid, device.Name, refused.Message);
        }
    }

    private async Task SetAsync(NodeContext node, RedfishSystem system, Remembered device, bool persistent)
    {
        _devices.TryRemove(node.Uuid, out _);
        try
        {
            await SendAsync(node, system, device, persistent);
        }
        catch (RedfishRefusedException refused) when (persistent && IsFinal(refused))
        {
            // Persistent devices have gone from the standard for a while, and some controllers have never got them back.
            LogNotPersistent(node.Uuid, device.Name, refused.Message);
            await SendAsync(node, system, device, persistent: false);
            _devices[node.Uuid] = device;
        }
    }

    private static async Task SendAsync(NodeContext node, RedfishSystem system, Remembered device, bool persistent)
    {
        var target = system.Boot.FindTarget(device.Name);
        var enabled = persistent ? Continuous : Once;
        var boot = new JsonObject { ["BootSourceOverrideTarget"] = target };
        // Some controllers refuse what is set already; Supermicro's refuse a target without it.
        if (enabled != system.Boot.Enabled || IsSupermicro(node))
            boot["BootSourceOverrideEnabled"] = enabled;
        if (target == BootOverride.HttpTarget)
        {
            if (system.Boot.Mode is BootMode.Bios)
                boot["BootSourceOverrideMode"] = BootOverride.ModeName(BootMode.Uefi);
            if (device.Url is { } url)
                boot["HttpBootUri"] = url;
        }

        await PatchBootAsync(system, boot);
    }

    // Said of what was asked, so that something else may be taken.
    private static bool IsFinal(RedfishRefusedException refused) => refused.Class is not (ErrorClass.Authentication or ErrorClass.Retryable);

    private static bool IsHttp(BootOverride boot) => boot.Target == BootOverride.HttpTarget && boot.Enabled != Disabled;

    private static async Task PatchBootAsync(RedfishSystem system, JsonObject boot)
    {
        await system.Connection.PatchAsync(system.Resource, new JsonObject { ["Boot"] = boot });
        await system.RefreshAsync();
    }

    private static bool IsSupermicro(NodeContext node) =>
        node.Properties.TryGet("vendor", out var vendor) && string.Equals(vendor.ReadText(), "supermicro", StringComparison.OrdinalIgnoreCase);

    /// <param name="Name">The device, by the name that operators have for it.</param>
    /// <param name="Url">Where the firmware finds what it boots over HTTP; null: as it is configured.</param>
    private sealed record Remembered(string Name, string? Url);

    [LoggerMessage(EventId = 7330, EventName = "BootDeviceNotPersistent", Level = LogLevel.Warning,
        Message = "The controller of node {NodeUuid} takes the boot device {Device} for the next boot only; it is set again whenever the machine is switched on: {Reason}")]
    private partial void LogNotPersistent(string nodeUuid, string device, string reason);

    [LoggerMessage(EventId = 7331, EventName = "BootDeviceNotRestored", Level = LogLevel.Warning, Message = "The boot device {Device} of node {NodeUuid} cannot be set again: {Reason}")]
    private partial void LogNotRestored(string nodeUuid, string device, string reason);

    [LoggerMessage(EventId = 7332, EventName = "HttpBootAddressLeft", Level = LogLevel.Warning, Message = "Node {NodeUuid}: the address that the machine booted from stays known to its controller: {Reason}")]
    private partial void LogAddressLeft(string nodeUuid, string reason);
}
