using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Sensors;

/// <summary>
/// Shows the sensors that were read last as metrics, by the names and units of OpenTelemetry's conventions for hardware (<c>hw.*</c>). What these have no name for
/// is <c>hw.sensor.value</c>, with its unit as an attribute.
/// </summary>
internal static class HardwareMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Ironic.Hardware";

    private static readonly Quantity[] Quantities =
    [
        new("hw.temperature", "Cel", "Temperatures of machines.", "degrees C", "Celsius", "Cel"),
        new("hw.fan.speed", "rpm", "Speeds of fans.", "RPM"),
        new("hw.voltage", "V", "Voltages in machines.", "Volts", "V"),
        new("hw.current", "A", "Currents in machines.", "Amps", "A"),
        new("hw.power", "W", "Power that machines and their components take.", "Watts", "W"),
        new("hw.energy", "J", "Energy that machines have taken.", "Joules", "J"),
    ];

    private static readonly FrozenDictionary<string, Quantity> ByUnit = Quantities
        .SelectMany(quantity => quantity.Units, (quantity, unit) => (unit, quantity)).ToFrozenDictionary(pair => pair.unit, pair => pair.quantity, StringComparer.OrdinalIgnoreCase);

    /// <summary>Shows the readings for as long as the process lives.</summary>
    public static void Show(IMeterFactory meters, SensorReadings readings)
    {
        var meter = meters.Create(MeterName);
        foreach (var quantity in Quantities)
            meter.CreateObservableGauge(quantity.Metric, () => Values(readings, quantity), quantity.Unit, quantity.Description);
        meter.CreateObservableGauge("hw.sensor.value", () => OtherValues(readings), description: "Readings of other kinds; their unit is an attribute.");
        meter.CreateObservableGauge("hw.status", () => States(readings), description: "1 for the state that a sensor is in: ok, degraded or failed. Sensors that cannot tell are left out.");
    }

    private static Quantity? Find(Sensor sensor) => ByUnit.GetValueOrDefault(sensor.Unit);

    private static string? State(SensorStatus status) => status switch
    {
        SensorStatus.Ok => "ok",
        SensorStatus.NonCritical => "degraded",
        SensorStatus.Critical or SensorStatus.NonRecoverable => "failed",
        _ => null,
    };

    private static Measurement<double> Measure(double value, SensorReading node, Sensor sensor, KeyValuePair<string, object?>? more = null)
    {
        List<KeyValuePair<string, object?>> tags =
        [
            new("hw.id", sensor.Id),
            new("hw.name", sensor.Name),
            new("hw.type", sensor.Type.ToLowerInvariant().Replace(' ', '_')),
            new("ironic.node.uuid", node.Uuid),
            new("ironic.node.name", node.Name ?? ""),
        ];
        if (more is { } tag)
            tags.Add(tag);
        return new Measurement<double>(value, tags);
    }

    private static IEnumerable<Measurement<double>> Values(SensorReadings readings, Quantity quantity) =>
        from node in readings.All
        from sensor in node.Sensors
        where sensor.HasValue && ReferenceEquals(Find(sensor), quantity)
        select Measure(sensor.Value, node, sensor);

    private static IEnumerable<Measurement<double>> OtherValues(SensorReadings readings) =>
        from node in readings.All
        from sensor in node.Sensors
        where sensor.HasValue && Find(sensor) is null
        select Measure(sensor.Value, node, sensor, new("hw.unit", sensor.Unit));

    private static IEnumerable<Measurement<double>> States(SensorReadings readings) =>
        from node in readings.All
        from sensor in node.Sensors
        let state = State(sensor.Status)
        where state is not null
        select Measure(1, node, sensor, new("hw.state", state));

    /// <param name="Metric">As OpenTelemetry names it.</param>
    /// <param name="Unit">As UCUM writes it.</param>
    /// <param name="Units">As drivers write it.</param>
    private sealed record Quantity(string Metric, string Unit, string Description, params string[] Units);
}
