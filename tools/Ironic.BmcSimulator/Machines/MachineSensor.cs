namespace Ironic.BmcSimulator.Machines;

/// <summary>What a sensor measures.</summary>
internal enum SensorKind
{
    Temperature,
    Fan,
    Voltage,
    Power,
}

/// <summary>A sensor, the same in Redfish and IPMI. Readings follow the power: a machine that is off is cool, and its fans stand still.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it measures: degrees Celsius, revolutions a minute, Volts, Watts.</param>
/// <param name="WhenOn">Its reading in a machine that is on.</param>
/// <param name="WhenOff">Its reading in a machine that is off.</param>
/// <param name="Critical">The upper critical threshold; null: none.</param>
internal sealed record MachineSensor(byte Number, string Name, SensorKind Kind, double WhenOn, double WhenOff, double? Critical = null)
{
    public static readonly IReadOnlyList<MachineSensor> All =
    [
        new(1, "CPU1 Temp", SensorKind.Temperature, 46, 24, 95),
        new(2, "CPU2 Temp", SensorKind.Temperature, 44, 24, 95),
        new(3, "Inlet Temp", SensorKind.Temperature, 22, 21, 42),
        new(4, "Fan1", SensorKind.Fan, 5400, 0),
        new(5, "Fan2", SensorKind.Fan, 5300, 0),
        new(6, "P12V", SensorKind.Voltage, 12.1, 0, 13.2),
        new(7, "P5V", SensorKind.Voltage, 5.0, 0, 5.5),
        new(8, "PSU1 Power", SensorKind.Power, 210, 10, 700),
    ];

    public double Read(bool isOn) => isOn ? WhenOn : WhenOff;
}
