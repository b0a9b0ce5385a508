using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>Thresholds, in the order of the bits that stand for them (IPMI 2.0, section 35.14).</summary>
internal enum SensorThreshold
{
    LowerNonCritical = 0,
    LowerCritical = 1,
    LowerNonRecoverable = 2,
    UpperNonCritical = 3,
    UpperCritical = 4,
    UpperNonRecoverable = 5,
}

internal static class ThresholdBits
{
    public const int Count = 6;
}

/// <summary>What a sensor says now.</summary>
/// <param name="Sensor">The sensor.</param>
/// <param name="Value">In the sensor's unit; null when there is none.</param>
/// <param name="Status">How far that is from normal.</param>
/// <param name="States">Of a discrete sensor: the states that are asserted, by bit; of another one 0.</param>
/// <param name="Conversion">The formula for this reading.</param>
internal sealed record SensorReading(SensorRecord Sensor, double? Value, SensorStatus Status, int States, SensorConversion Conversion)
{
    private const byte ThresholdReading = 0x01;

    /// <summary>Reads the answer to Get Sensor Reading (IPMI 2.0, section 35.14).</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="data">The answer; at least 2 bytes.</param>
    /// <param name="conversion">The formula for this reading.</param>
    public static SensorReading Parse(SensorRecord sensor, ReadOnlySpan<byte> data, SensorConversion conversion)
    {
        const int unavailable = 0x20;
        const int scanning = 0x40;
        if ((data[1] & unavailable) != 0 || (data[1] & scanning) == 0)
            return new SensorReading(sensor, null, SensorStatus.Unknown, 0, conversion);
        var bits = data.Length > 2 ? data[2] : 0;
        if (sensor.ReadingType != ThresholdReading)
            return new SensorReading(sensor, null, SensorStatus.Unknown, bits | (data.Length > 3 ? (data[3] & 0x7F) << 8 : 0), conversion);
        return new SensorReading(sensor, conversion.Convert(data[0]), StatusOf(bits), 0, conversion);
    }

    /// <summary>As the contract has it.</summary>
    public Driver.Sdk.Sensor Describe() => new(SensorNames.Type(Sensor.Type), $"{Sensor.Name} (0x{Sensor.Number:x})", Sensor.Name)
    {
        Value = Value,
        Unit = Sensor.Unit,
        Status = Status,
        States = (uint)States,
        Thresholds = Sensor.Thresholds.All(threshold => threshold is null)
            ? null
            : new SensorThresholds(
                Threshold(SensorThreshold.LowerNonCritical),
                Threshold(SensorThreshold.LowerCritical),
                Threshold(SensorThreshold.LowerNonRecoverable),
                Threshold(SensorThreshold.UpperNonCritical),
                Threshold(SensorThreshold.UpperCritical),
                Threshold(SensorThreshold.UpperNonRecoverable)),
    };

    private double? Threshold(SensorThreshold threshold) => Sensor.Thresholds[(int)threshold] is { } raw ? Conversion.Convert(raw) : null;

    private static SensorStatus StatusOf(int bits)
    {
        if (Has(SensorThreshold.LowerNonRecoverable) || Has(SensorThreshold.UpperNonRecoverable))
            return SensorStatus.NonRecoverable;
        if (Has(SensorThreshold.LowerCritical) || Has(SensorThreshold.UpperCritical))
            return SensorStatus.Critical;
        return Has(SensorThreshold.LowerNonCritical) || Has(SensorThreshold.UpperNonCritical) ? SensorStatus.NonCritical : SensorStatus.Ok;

        bool Has(SensorThreshold threshold) => (bits & (1 << (int)threshold)) != 0;
    }
}
