using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Provisioning;

/// <summary>What was read from a machine, to be stored with the node.</summary>
/// <param name="Bios">Null: as it was.</param>
/// <param name="Firmware">Null: as it was.</param>
internal sealed record HardwareReading(IReadOnlyCollection<BiosSettingRow>? Bios, IReadOnlyCollection<FirmwareRow>? Firmware);

/// <summary>Keeps what the API shows of a machine's BIOS settings and firmware up to date with the machine.</summary>
internal sealed partial class HardwareRecords(DriverCalls calls, BiosSettingStore bios, FirmwareStore firmware, ILogger<HardwareRecords> logger)
{
    /// <summary>Reads what the node's driver can read. A failure is no reason for a flow to fail: what was stored stays.</summary>
    public async Task<HardwareReading> ReadAsync(NodeTask task, CancellationToken lost)
    {
        var settings = await TryAsync(task, InterfaceType.Bios, "BIOS settings", () => ReadBiosAsync(task, lost));
        var components = await TryAsync(task, InterfaceType.Firmware, "firmware", () => ReadFirmwareAsync(task, lost));
        return new HardwareReading(settings, components);
    }

    /// <summary>Stores a reading within the transaction of the change of the node.</summary>
    public async Task StoreAsync(WriteTransaction write, long nodeId, HardwareReading reading)
    {
        if (reading.Bios is { } settings)
            await bios.SyncAsync(write, nodeId, settings);
        if (reading.Firmware is { } components)
            await firmware.SyncAsync(write, nodeId, components);
    }

    private async Task<IReadOnlyCollection<BiosSettingRow>> ReadBiosAsync(NodeTask task, CancellationToken lost)
    {
        var served = DriverCalls.Served(task, InterfaceType.Bios);
        var request = new ListBiosSettingsRequest
        {
            Context = DriverCalls.Context(task, mutating: false),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
        };
        var answer = await calls.CallAsync(task, served.Driver, options => served.Driver.Bios.ListBiosSettingsAsync(request, options), lost);
        return [.. answer.Settings.Select(ToRow)];
    }

    private async Task<IReadOnlyCollection<FirmwareRow>> ReadFirmwareAsync(NodeTask task, CancellationToken lost)
    {
        var served = DriverCalls.Served(task, InterfaceType.Firmware);
        var request = new ListFirmwareComponentsRequest
        {
            Context = DriverCalls.Context(task, mutating: false),
            Node = NodeContexts.From(task.Node),
            Interface = served.Name,
        };
        var answer = await calls.CallAsync(task, served.Driver, options => served.Driver.Firmware.ListFirmwareComponentsAsync(request, options), lost);
        return [.. answer.Components.Select(ToRow)];
    }

    private async Task<T?> TryAsync<T>(NodeTask task, InterfaceType type, string what, Func<Task<T>> read)
        where T : class
    {
        try
        {
            return FlowCalls.IsServed(task, type) ? await read() : null;
        }
        catch (IronicException e) when (e.Reason == ErrorReason.UnsupportedDriverExtension)
        {
            return null;
        }
        catch (IronicException e) when (e.Reason != ErrorReason.LockLost)
        {
            LogNotRead(task.Node.Uuid, what, e.Message);
            return null;
        }
    }

    private static BiosSettingRow ToRow(Driver.V1.BiosSetting setting) => new()
    {
        Name = setting.Name,
        Value = setting.HasValue ? setting.Value : null,
        AttributeType = Text(setting.AttributeType),
        AllowableValues = setting.AllowableValues.Count > 0 ? JsonSerializer.Serialize(setting.AllowableValues) : null,
        LowerBound = setting.HasLowerBound ? setting.LowerBound : null,
        UpperBound = setting.HasUpperBound ? setting.UpperBound : null,
        MinLength = setting.HasMinLength ? setting.MinLength : null,
        MaxLength = setting.HasMaxLength ? setting.MaxLength : null,
        ReadOnly = setting.HasReadOnly ? setting.ReadOnly : null,
        ResetRequired = setting.HasResetRequired ? setting.ResetRequired : null,
        IsUnique = setting.HasUnique ? setting.Unique : null,
    };

    private static FirmwareRow ToRow(Driver.V1.FirmwareComponent component) => new()
    {
        Component = component.Component,
        InitialVersion = Text(component.InitialVersion) ?? component.CurrentVersion,
        CurrentVersion = component.CurrentVersion,
        LastVersionFlashed = Text(component.LastVersionFlashed),
        Vendor = Text(component.Vendor),
        Model = Text(component.Model),
        SerialNumber = Text(component.SerialNumber),
    };

    private static string? Text(string text) => text.Length > 0 ? text : null;

    [LoggerMessage(EventId = 1660, EventName = "HardwareNotRead", Level = LogLevel.Warning, Message = "Node {Node}: its {What} could not be read, and stays as it was stored: {Reason}")]
    private partial void LogNotRead(string node, string what, string reason);
}
