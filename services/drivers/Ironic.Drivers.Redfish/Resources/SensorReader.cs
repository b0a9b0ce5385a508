using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>
/// The sensors of the chassis that a machine is in. Controllers have them in one of three places: in the resources Thermal and Power, in the newer
/// subsystems that took their place, or in a collection of sensors that has all.
/// </summary>
internal sealed partial class SensorReader(ILogger<SensorReader> logger)
{
    /// <summary>All sensors, each once. What cannot be read takes none from the others.</summary>
    /// <exception cref="DriverException">Nothing can be read.</exception>
    public async Task<IReadOnlyList<Sensor>> ReadAsync(RedfishSystem system)
    {
        var found = new Dictionary<string, Sensor>(StringComparer.Ordinal);
        DriverException? problem = null;
        foreach (var link in system.ChassisLinks)
        {
            if (await TryAsync(link, () => system.Connection.TryGetAsync(link)) is not { } chassis)
                continue;
            var count = found.Count;
            await AddAsync(chassis.Path, () => ReadThermalAsync(system.Connection, chassis));
            await AddAsync(chassis.Path, () => ReadPowerAsync(system.Connection, chassis));
            if (found.Count == count)
                await AddAsync(chassis.Path, () => ReadCollectionAsync(system.Connection, chassis));
            if (found.Count == count)
                await AddAsync(chassis.Path, () => ReadSubsystemsAsync(system.Connection, chassis));
        }

        await AddAsync(system.Resource.Path, () => ReadDrivesAsync(system));
        return found.Count == 0 && problem is not null ? throw problem : [.. found.Values];

        async Task AddAsync(string path, Func<Task<IReadOnlyList<Sensor>>> read)
        {
            foreach (var sensor in await TryAsync(path, read) ?? [])
                found.TryAdd(sensor.Id, sensor);
        }

        async Task<T?> TryAsync<T>(string path, Func<Task<T>> read)
            where T : class?
        {
            try
            {
                return await read();
            }
            catch (DriverException exception) when (exception.Class is ErrorClass.Permanent or ErrorClass.Unsupported)
            {
                LogUnreadable(path, exception.Message);
                problem = exception;
                return null;
            }
        }
    }

    private static async Task<IReadOnlyList<Sensor>> ReadThermalAsync(RedfishConnection connection, RedfishResource chassis)
    {
        if (await connection.TryGetAsync(chassis.Json.Link("Thermal")) is not { } thermal)
            return [];
        var temperatures = thermal.Json.Items("Temperatures").Where(IsPresent).Select((item, index) => Describe(item, "Temperature", "ReadingCelsius", "degrees C", chassis, index));
        return [.. temperatures, .. thermal.Json.Items("Fans").Where(IsPresent).Select((item, index) => Describe(item, "Fan", "Reading", FanUnit(item), chassis, index))];
    }

    private static async Task<IReadOnlyList<Sensor>> ReadPowerAsync(RedfishConnection connection, RedfishResource chassis)
    {
        if (await connection.TryGetAsync(chassis.Json.Link("Power")) is not { } power)
            return [];
        var voltages = power.Json.Items("Voltages").Where(IsPresent).Select((item, index) => Describe(item, "Voltage", "ReadingVolts", "Volts", chassis, index));
        return [.. voltages, .. power.Json.Items("PowerSupplies").Where(IsPresent).Select((item, index) => Describe(item, "Power", PowerReading(item), "Watts", chassis, index))];
    }

    private static async Task<IReadOnlyList<Sensor>> ReadCollectionAsync(RedfishConnection connection, RedfishResource chassis) =>
        [.. (await connection.GetMembersAsync(chassis.Json.Link("Sensors"))).Where(sensor => IsPresent(sensor.Json)).Select(sensor => Describe(sensor, chassis))];

    private static async Task<IReadOnlyList<Sensor>> ReadDrivesAsync(RedfishSystem system) =>
        [.. (await StorageInventory.FindDrivesAsync(system)).Select(drive => new Sensor("Drive", $"{drive.Name}:{drive.Id}@{system.Resource.Id}", drive.Name) { Status = ReadHealth(drive.Json) })];

    private static async Task<IReadOnlyList<Sensor>> ReadSubsystemsAsync(RedfishConnection connection, RedfishResource chassis)
    {
        var sensors = new List<Sensor>();
        if (await connection.TryGetAsync(chassis.Json.Link("ThermalSubsystem")) is { } thermal)
        {
            foreach (var fan in await connection.GetMembersAsync(thermal.Json.Link("Fans")))
                sensors.Add(new Sensor("Fan", $"Fan:{fan.Id}@{chassis.Id}", fan.Name) { Value = fan.Json.Member("SpeedPercent")?.Number("Reading"), Unit = "percent", Status = ReadHealth(fan.Json) });
            var metrics = await connection.TryGetAsync(thermal.Json.Link("ThermalMetrics"));
            var readings = metrics?.Json.Items("TemperatureReadingsCelsius") ?? [];
            sensors.AddRange(readings.Select((item, index) => Describe(item, "Temperature", "Reading", "degrees C", chassis, index)));
        }

        if (await connection.TryGetAsync(chassis.Json.Link("PowerSubsystem")) is { } power)
        {
            foreach (var supply in await connection.GetMembersAsync(power.Json.Link("PowerSupplies")))
                sensors.Add(new Sensor("Power", $"Power:{supply.Id}@{chassis.Id}", supply.Name) { Status = ReadHealth(supply.Json) });
        }

        return sensors;
    }

    private static Sensor Describe(JsonElement item, string type, string reading, string unit, RedfishResource chassis, int index)
    {
        var id = item.Text("MemberId") ?? item.Text("DeviceName") ?? item.Text("Name") ?? $"{index}";
        // Many controllers do nothing but count the members of each list.
        if (id.All(char.IsAsciiDigit))
            id = $"{type}:{id}";
        return new Sensor(type, $"{id}@{chassis.Id}", item.Text("Name") ?? item.Text("FanName") ?? item.Text("DeviceName") ?? id)
        {
            Value = item.Number(reading),
            Unit = unit,
            Status = ReadHealth(item),
            Thresholds = ReadThresholds(name => item.Number(name)),
        };
    }

    // The members of a collection of sensors say themselves what they measure.
    private static Sensor Describe(RedfishResource sensor, RedfishResource chassis)
    {
        var thresholds = sensor.Json.Member("Thresholds");
        return new Sensor(sensor.Json.Text("ReadingType") switch { "Rotational" => "Fan", { } type => type, null => "Other" }, $"{sensor.Id}@{chassis.Id}", sensor.Name)
        {
            Value = sensor.Json.Number("Reading"),
            Unit = sensor.Json.Text("ReadingUnits") switch { "Cel" => "degrees C", "V" => "Volts", "W" => "Watts", "A" => "Amps", "%" => "percent", { } unit => unit, null => "" },
            Status = ReadHealth(sensor.Json),
            Thresholds = thresholds is not { } limits ? null : new SensorThresholds(
                limits.Member("LowerCaution")?.Number("Reading"), limits.Member("LowerCritical")?.Number("Reading"), limits.Member("LowerFatal")?.Number("Reading"),
                limits.Member("UpperCaution")?.Number("Reading"), limits.Member("UpperCritical")?.Number("Reading"), limits.Member("UpperFatal")?.Number("Reading")),
        };
    }

    private static SensorThresholds? ReadThresholds(Func<string, double?> read)
    {
        var thresholds = new SensorThresholds(
            read("LowerThresholdNonCritical"), read("LowerThresholdCritical"), read("LowerThresholdFatal"),
            read("UpperThresholdNonCritical"), read("UpperThresholdCritical"), read("UpperThresholdFatal"));
        return thresholds == new SensorThresholds(null, null, null, null, null, null) ? null : thresholds;
    }

    private static bool IsPresent(JsonElement item) => item.Member("Status")?.Text("State") is not "Absent";

    private static SensorStatus ReadHealth(JsonElement item) => item.Member("Status")?.Text("Health") switch
    {
        "OK" => SensorStatus.Ok,
        "Warning" => SensorStatus.NonCritical,
        "Critical" => SensorStatus.Critical,
        _ => SensorStatus.Unknown,
    };

    private static string FanUnit(JsonElement fan) => fan.Text("ReadingUnits") switch { "Percent" => "percent", { } unit => unit, null => "RPM" };

    private static string PowerReading(JsonElement supply) => supply.Number("LastPowerOutputWatts") is not null ? "LastPowerOutputWatts" : "PowerOutputWatts";

    [LoggerMessage(EventId = 7320, EventName = "RedfishSensorsUnreadable", Level = LogLevel.Information, Message = "Sensors of {Path} cannot be read: {Reason}")]
    private partial void LogUnreadable(string path, string reason);
}
