namespace Ironic.Driver.Sdk.Services;

/// <summary>Writes sensors into the contract's messages.</summary>
internal static class SensorMapping
{
    public static V1.Sensor Describe(Sensor sensor)
    {
        var described = new V1.Sensor
        {
            Type = sensor.Type,
            Id = sensor.Id,
            Name = sensor.Name,
            Unit = sensor.Unit,
            Status = (V1.SensorStatus)sensor.Status,
            States = sensor.States,
        };
        if (sensor.Value is { } value)
            described.Value = value;
        if (sensor.Thresholds is { } thresholds)
            described.Thresholds = Describe(thresholds);
        return described;
    }

    private static V1.SensorThresholds Describe(SensorThresholds thresholds)
    {
        var described = new V1.SensorThresholds();
        if (thresholds.LowerNonCritical is { } lowerNonCritical)
            described.LowerNonCritical = lowerNonCritical;
        if (thresholds.LowerCritical is { } lowerCritical)
            described.LowerCritical = lowerCritical;
        if (thresholds.LowerNonRecoverable is { } lowerNonRecoverable)
            described.LowerNonRecoverable = lowerNonRecoverable;
        if (thresholds.UpperNonCritical is { } upperNonCritical)
            described.UpperNonCritical = upperNonCritical;
        if (thresholds.UpperCritical is { } upperCritical)
            described.UpperCritical = upperCritical;
        if (thresholds.UpperNonRecoverable is { } upperNonRecoverable)
            described.UpperNonRecoverable = upperNonRecoverable;
        return described;
    }
}
