using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Boots machines from an ISO that their controllers fetch and show them as a CD.</summary>
internal sealed partial class VirtualMediaBoot(
    RedfishClient client,
    VirtualMedia virtualMedia,
    BootDeviceMemory bootDevices,
    BootModes bootModes,
    SecureBoot secureBoot,
    IOptions<RedfishOptions> options,
    ILogger<VirtualMediaBoot> logger) : BootInterface
{
    private const string Cdrom = "cdrom";

    public override IReadOnlyList<BootCapability> Capabilities => [BootCapability.Ramdisk];

    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.WithBoot;

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await client.ValidateAsync(node);
        _ = BootPersistence.Read(node, otherwise: false);
        // An instance that is on a disk needs nothing of this.
        if (!InstanceImage.IsUsed(node))
            return;
        _ = InstanceImage.Read(node);
        _ = InstanceCapabilities.Read(node);
    }

    public override async Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var iso = ramdisk.IsoUrl ?? throw new UnsupportedOperationException($"The boot interface '{Name}' boots ramdisks from an ISO only: it makes none of a kernel and a ramdisk.");
        InstanceImage.Check(iso, "The ISO of the ramdisk");
        // A ramdisk need not be signed.
        var capabilities = InstanceCapabilities.Read(node) with { SecureBoot = false };
        await InsertAsync(node, await client.GetSystemAsync(node, cancellationToken), iso, capabilities, BootPersistence.Read(node, otherwise: false), progress);
    }

    public override async Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await virtualMedia.EjectCdAsync(await client.GetSystemAsync(node, cancellationToken));

    public override async Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        if (!InstanceImage.IsUsed(node))
            throw new UnsupportedOperationException($"The boot interface '{Name}' boots instances of the deploy interface 'ramdisk' only, which node {node.Uuid} does not have.");
        var iso = InstanceImage.Read(node);
        var capabilities = InstanceCapabilities.Read(node);
        await InsertAsync(node, await client.GetSystemAsync(node, cancellationToken), iso, capabilities, BootPersistence.Read(node, otherwise: true), progress);
    }

    public override async Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        await virtualMedia.EjectCdAsync(system);
        try
        {
            if (InstanceImage.IsUsed(node) && InstanceCapabilities.Read(node).SecureBoot)
                await secureBoot.SetAsync(system, enabled: false, options.Value.BiosTimeout);
        }
        catch (Exception refused) when (refused is UnsupportedOperationException or InvalidParameterException)
        {
            // The instance can then not have switched it on; and a node whose capabilities are wrong must be got rid of, too.
            LogSecureBootLeft(node.Uuid, refused.Message);
        }
    }

    private async Task InsertAsync(NodeContext node, RedfishSystem system, string iso, InstanceCapabilities capabilities, bool persistent, IOperationProgress progress)
    {
        // What is at the address may be another image by now.
        await virtualMedia.EjectCdAsync(system);
        if (capabilities.Mode is { } mode)
            await SetModeAsync(node, system, mode);
        if (capabilities.SecureBoot)
            await secureBoot.SetAsync(system, enabled: true, options.Value.BiosTimeout);
        progress.Report("Inserting the image");
        await virtualMedia.AttachAsync(system, VirtualMediaType.Cdrom, iso);
        await bootDevices.SetAsync(node, system, Cdrom, persistent);
    }

    private async Task SetModeAsync(NodeContext node, RedfishSystem system, BootMode mode)
    {
        var isKnown = system.Boot.Mode is not null;
        try
        {
            await bootModes.SetAsync(node, system, mode);
        }
        catch (UnsupportedOperationException refused) when (!isKnown)
        {
            // Such a machine has one mode only, and nobody can say that it is the wrong one.
            LogModeUnknown(node.Uuid, mode, refused.Message);
        }
    }

    [LoggerMessage(EventId = 7340, EventName = "BootModeUnknown", Level = LogLevel.Warning, Message = "Node {NodeUuid} shall boot in the mode {Mode}; its controller neither tells nor sets modes: {Reason}")]
    private partial void LogModeUnknown(string nodeUuid, BootMode mode, string reason);

    [LoggerMessage(EventId = 7341, EventName = "SecureBootLeft", Level = LogLevel.Warning, Message = "Node {NodeUuid}: secure boot is left as it is: {Reason}")]
    private partial void LogSecureBootLeft(string nodeUuid, string reason);
}
