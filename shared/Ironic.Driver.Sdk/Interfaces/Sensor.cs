namespace Ironic.Driver.Sdk;

/// <summary>A sensor of a machine and what it says now.</summary>
/// <param name="Type">What it measures: <c>Temperature</c>, <c>Voltage</c>, <c>Fan</c>, ...</param>
/// <param name="Id">Unique in the machine, and the same as long as the hardware is: <c>CPU Temp (0x1)</c>.</param>
/// <param name="Name">As the management controller calls it.</param>
public sealed record Sensor(string Type, string Id, string Name)
{
    /// <summary>The reading; null when there is none now, or for a sensor of states.</summary>
    public double? Value { get; init; }

    /// <summary>Of the reading and the thresholds: <c>degrees C</c>, <c>RPM</c>, <c>Volts</c>, ...; empty when it has none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>How far the reading is from what is normal.</summary>
    public SensorStatus Status { get; init; }

    /// <summary>Of a sensor of states: a bit for each that is asserted.</summary>
    public uint States { get; init; }

    /// <summary>From where on a reading is no longer normal; null when the sensor has no thresholds.</summary>
    public SensorThresholds? Thresholds { get; init; }
}

/// <summary>How far a reading is from what is normal. The values are those of <c>ironic.driver.v1.SensorStatus</c>.</summary>
public enum SensorStatus
{
    /// <summary>The sensor has no reading now, or nothing says what is normal.</summary>
    Unknown = 0,
    Ok = 1,
    NonCritical = 2,
    Critical = 3,
    NonRecoverable = 4,
}

/// <summary>From where on a reading is no longer normal, in the sensor's unit; null where the sensor has no such threshold.</summary>
public sealed record SensorThresholds(
    double? LowerNonCritical, double? LowerCritical, double? LowerNonRecoverable, double? UpperNonCritical, double? UpperCritical, double? UpperNonRecoverable);
