using System.ComponentModel;
using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Ironic.Drivers.Redfish.Resources;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Interfaces;

/// <summary>Boot devices and modes, secure boot, interrupts, lights, virtual media, sensors, and the controller's clock and firmware.</summary>
internal class RedfishManagement(
    RedfishClient client,
    BootDeviceMemory bootDevices,
    BootModes bootModes,
    SecureBoot secureBoot,
    VirtualMedia virtualMedia,
    FirmwareUpdater firmware,
    SensorReader sensors,
    IOptions<RedfishOptions> options,
    TimeProvider time) : ManagementInterface
{
    protected RedfishClient Client => client;

    protected RedfishOptions Options => options.Value;

    protected TimeProvider Time => time;

    public override IReadOnlyList<DriverProperty> GetProperties() => RedfishProperties.WithUpdates;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken) => client.ValidateAsync(node);

    public override ValueTask<IReadOnlyList<string>> GetSupportedBootDevicesAsync(NodeContext node, CancellationToken cancellationToken) =>
        ValueTask.FromResult(BootOverride.DeviceNames);

    public override async ValueTask<BootDevice> GetBootDeviceAsync(NodeContext node, CancellationToken cancellationToken)
    {
        if (bootDevices.Find(node) is { } remembered)
            return new BootDevice(remembered, Persistent: true);
        var boot = (await client.GetSystemAsync(node, cancellationToken)).Boot;
        return new BootDevice(boot.Device, boot.Persistent);
    }

    public override async Task SetBootDeviceAsync(NodeContext node, string device, bool persistent, CancellationToken cancellationToken)
    {
        if (!BootOverride.DeviceNames.Contains(device))
            throw new InvalidParameterException($"Invalid boot device {device} specified; it must be one of {string.Join(", ", BootOverride.DeviceNames)}.");
        await bootDevices.SetAsync(node, await client.GetSystemAsync(node, cancellationToken), device, persistent);
    }

    public override async Task SetBootModeAsync(NodeContext node, BootMode mode, CancellationToken cancellationToken) =>
        await bootModes.SetAsync(node, await client.GetSystemAsync(node, cancellationToken), mode);

    public override async Task SetSecureBootAsync(NodeContext node, bool enabled, CancellationToken cancellationToken) =>
        await secureBoot.SetAsync(await client.GetSystemAsync(node, cancellationToken), enabled, Options.BiosTimeout);

    public override async Task InjectNmiAsync(NodeContext node, CancellationToken cancellationToken) =>
        await (await client.GetSystemAsync(node, cancellationToken)).ResetAsync("Nmi");

    public override async ValueTask<IReadOnlyList<Indicator>> GetIndicatorsAsync(NodeContext node, CancellationToken cancellationToken) =>
        [.. (await Indicators.FindAsync(await client.GetSystemAsync(node, cancellationToken))).Select(found => found.Indicator)];

    public override async ValueTask<IndicatorState> GetIndicatorStateAsync(NodeContext node, Indicator indicator, CancellationToken cancellationToken) =>
        Indicators.Read(await FindOwnerAsync(await client.GetSystemAsync(node, cancellationToken), indicator));

    public override async Task SetIndicatorStateAsync(NodeContext node, Indicator indicator, IndicatorState state, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        var owner = await FindOwnerAsync(system, indicator);
        await system.Connection.PatchAsync(owner, Indicators.Describe(owner, state));
    }

    public override async ValueTask<IReadOnlyList<VirtualMediaDevice>> GetVirtualMediaAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var drives = await VirtualMedia.FindAsync(await client.GetSystemAsync(node, cancellationToken));
        return [.. drives.Select(drive => new VirtualMediaDevice(drive.Json.Texts("MediaTypes"), VirtualMedia.IsInserted(drive), drive.Json.Text("Image")))];
    }

    public override async Task AttachVirtualMediaAsync(NodeContext node, VirtualMediaType type, string imageUrl, CancellationToken cancellationToken) =>
        await virtualMedia.AttachAsync(await client.GetSystemAsync(node, cancellationToken), type, imageUrl);

    public override async Task DetachVirtualMediaAsync(NodeContext node, IReadOnlyList<VirtualMediaType> types, CancellationToken cancellationToken) =>
        await virtualMedia.DetachAsync(await client.GetSystemAsync(node, cancellationToken), [.. types.SelectMany(VirtualMedia.MediaTypes)]);

    public override async ValueTask<IReadOnlyList<Sensor>> GetSensorsAsync(NodeContext node, CancellationToken cancellationToken) =>
        await sensors.ReadAsync(await client.GetSystemAsync(node, cancellationToken));

    public override async ValueTask<MachineState> GetMachineStateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var system = await client.GetSystemAsync(node, cancellationToken);
        var status = system.Resource.Json.Member("Status");
        var health = (status?.Text("HealthRollup") ?? status?.Text("Health")) switch
        {
            "OK" => MachineHealth.Ok,
            "Warning" => MachineHealth.Warning,
            "Critical" => MachineHealth.Critical,
            _ => MachineHealth.Unknown,
        };
        return new MachineState(system.Boot.Mode, await SecureBoot.IsEnabledAsync(system), system.Resource.Json.Text("Manufacturer"), health);
    }

    /// <summary>Updates the firmware of whatever the images are for.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, LongRunning = true, Description = "Updates firmware from images, one after the other")]
    public async Task UpdateFirmware(
        NodeContext node,
        IOperationProgress progress,
        [Description("The images, in their order: each has a url, and may have a checksum and the seconds to wait after it (wait)")] IReadOnlyList<FirmwareImage> firmwareImages,
        CancellationToken cancellationToken) =>
        await firmware.UpdateAsync(node, await client.GetSystemAsync(node, cancellationToken), firmwareImages, client.Read(node).UnresponsiveControllerWait, progress);

    /// <summary>Removes the keys of secure boot.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, Description = "Removes all keys of secure boot")]
    public async Task ClearSecureBootKeys(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await secureBoot.ResetKeysAsync(await client.GetSystemAsync(node, cancellationToken), "DeleteAllKeys", Options.BiosTimeout, progress);

    /// <summary>Sets the keys of secure boot to the maker's.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, Description = "Sets all keys of secure boot to those that the maker has put in")]
    public async Task ResetSecureBootKeysToDefault(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
        await secureBoot.ResetKeysAsync(await client.GetSystemAsync(node, cancellationToken), "ResetAllKeysToDefault", Options.BiosTimeout, progress);

    /// <summary>Sets the controller's clock.</summary>
    [Step(StepKinds.Clean | StepKinds.Deploy | StepKinds.Service, RequiresRamdisk = false, Description = "Sets the clock of the controller")]
    public async Task SetBmcClock(
        NodeContext node,
        CancellationToken cancellationToken,
        [Description("The time in ISO 8601, such as 2026-01-31T12:00:00Z; without it the present time")] string? targetDatetime = null,
        [Description("The offset of local time that the controller shows, such as +02:00; without it that of the time")] string? datetimeLocalOffset = null)
    {
        var goal = ParseTime(targetDatetime, datetimeLocalOffset) ?? time.GetUtcNow();
        var system = await client.GetSystemAsync(node, cancellationToken);
        await ControllerClock.SetAsync(system.Connection, await system.GetManagerAsync(), goal);
    }

    /// <summary>Verifies that the controller's clock is right, and sets it when it is not.</summary>
    [Step(StepKinds.Verify, Priority = 1, RequiresRamdisk = false, Description = "Checks the clock of the controller, and sets it when it is wrong, if the driver is configured so")]
    public async Task VerifyBmcClock(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken)
    {
        if (!Options.VerifyClock)
            return;
        var system = await client.GetSystemAsync(node, cancellationToken);
        // A controller that has no clock, or does not show it, is none that could be wrong.
        if (await system.GetManagersAsync() is not [var manager, ..] || ControllerClock.Read(manager) is not { } shown || IsRight(shown))
            return;
        progress.Report("Setting the clock of the controller");
        await ControllerClock.SetAsync(system.Connection, manager, time.GetUtcNow());
        if (ControllerClock.Read(await system.Connection.GetAsync(manager.Path)) is { } now && !IsRight(now))
            throw new PermanentFailureException(string.Create(CultureInfo.InvariantCulture, $"The clock of the controller {manager} shows {now:O} after it was set to {time.GetUtcNow():O}."));
    }

    private bool IsRight(DateTimeOffset shown) => (shown - time.GetUtcNow()).Duration() <= Options.ClockTolerance;

    private static DateTimeOffset? ParseTime(string? text, string? offset)
    {
        if (text is null && offset is null)
            return null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            throw new InvalidParameterException("target_datetime must be a time in ISO 8601, such as 2026-01-31T12:00:00Z.");
        if (offset is null)
            return time;
        return TimeSpan.TryParseExact(offset.TrimStart('+', '-'), "hh\\:mm", CultureInfo.InvariantCulture, out var span) && span.TotalHours <= 14
            ? time.ToOffset(offset.StartsWith('-') ? -span : span)
            : throw new InvalidParameterException("datetime_local_offset must be hours and minutes, such as +02:00.");
    }

    private static async Task<RedfishResource> FindOwnerAsync(RedfishSystem system, Indicator indicator) =>
        (await Indicators.FindAsync(system)).FirstOrDefault(found => found.Indicator.Component == indicator.Component && found.Indicator.Name == indicator.Name).Owner
        ?? throw new InvalidParameterException($"Invalid indicator {indicator.Name} specified.");
}
