using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Boots machines from an ISO: ramdisks, and the instances of the deploy interface <c>ramdisk</c>.</summary>
internal abstract partial class IsoBoot(RedfishClient client, BootModes bootModes, SecureBoot secureBoot, IOptions<RedfishOptions> options, ILogger logger) : BootInterface
{
    public override IReadOnlyList<BootCapability> Capabilities => [BootCapability.Ramdisk];

    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.WithBoot;

    public override async ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        await client.ValidateAsync(node);
        _ = BootPersistence.Read(node, otherwise: false);
        // An instance that is on a disk needs nothing of this.
        if (InstanceImage.IsUsed(node))
            _ = ReadInstance(node);
    }

    public override async Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var iso = ramdisk.IsoUrl ?? throw new UnsupportedOperationException($"The boot interface '{Name}' boots ramdisks from an ISO only: it makes none of a kernel and a ramdisk.");
        CheckIso(iso, "The ISO of the ramdisk");
        // A ramdisk need not be signed.
        var capabilities = InstanceCapabilities.Read(node) with { SecureBoot = false };
        CheckCapabilities(node, capabilities);
        await PrepareAsync(node, iso, capabilities, BootPersistence.Read(node, otherwise: false), progress, cancellationToken);
    }

    public override async Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await RemoveAsync(node, await client.GetSystemAsync(node, cancellationToken));

    public override async Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        if (!InstanceImage.IsUsed(node))
            throw new UnsupportedOperationException($"The boot interface '{Name}' boots instances of the deploy interface 'ramdisk' only, which node {node.Uuid} does not have.");
        var (iso, capabilities) = ReadInstance(node);
        await PrepareAsync(node, iso, capabilities, BootPersistence.Read(node, otherwise: true), progress, cancellationToken);
    }

    public override async Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        await RemoveAsync(node, system);
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

    /// <summary>Whether a machine can fetch an ISO from its address in the way of this interface.</summary>
    /// <param name="what">What it is the address of, for the message.</param>
    /// <exception cref="InvalidParameterException">It cannot. There may be a password in the address, so it is not in the message.</exception>
    protected abstract void CheckIso(string address, string what);

    /// <summary>Whether a machine can boot from an ISO as its firmware shall be.</summary>
    /// <exception cref="InvalidParameterException">It cannot.</exception>
    protected abstract void CheckCapabilities(NodeContext node, InstanceCapabilities capabilities);

    /// <summary>How machines have to boot for this; null: in either mode.</summary>
    protected virtual BootMode? RequiredMode => null;

    /// <summary>Whether a machine can boot in the way of this interface at all. Asked again after its mode has been set.</summary>
    /// <exception cref="UnsupportedOperationException">It cannot.</exception>
    protected abstract void CheckMachine(RedfishSystem system);

    /// <summary>Makes the machine boot from the ISO.</summary>
    protected abstract Task InsertAsync(NodeContext node, RedfishSystem system, string iso, bool persistent, IOperationProgress progress);

    /// <summary>Undoes <see cref="InsertAsync"/>; does nothing where it was not done.</summary>
    protected abstract Task RemoveAsync(NodeContext node, RedfishSystem system);

    private (string Iso, InstanceCapabilities Capabilities) ReadInstance(NodeContext node)
    {
        var iso = InstanceImage.Read(node);
        CheckIso(iso, "boot_iso of instance_info");
        var capabilities = InstanceCapabilities.Read(node);
        CheckCapabilities(node, capabilities);
        return (iso, capabilities);
    }

    private async Task PrepareAsync(NodeContext node, string iso, InstanceCapabilities capabilities, bool persistent, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        CheckMachine(system);
        // What is at the address may be another image by now; and a machine that is restarted for its mode must not boot what was there.
        await RemoveAsync(node, system);
        if ((capabilities.Mode ?? RequiredMode) is { } mode)
            await SetModeAsync(node, system, mode);
        if (capabilities.SecureBoot)
            await secureBoot.SetAsync(system, enabled: true, options.Value.BiosTimeout);
        CheckMachine(system);
        await InsertAsync(node, system, iso, persistent, progress);
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
