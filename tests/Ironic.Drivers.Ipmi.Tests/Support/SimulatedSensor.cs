using System.Text;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>A sensor of the simulated BMC, described by a full sensor record (IPMI 2.0, table 43-1).</summary>
/// <param name="Number">Its number.</param>
/// <param name="Type">Its sensor type: 1 temperature, 2 voltage, 4 fan, 0x0b other units.</param>
/// <param name="Unit">Its base unit: 1 degrees C, 4 Volts, 6 Watts, 18 RPM.</param>
/// <param name="Name">Its name.</param>
/// <param name="Raw">Its raw reading.</param>
/// <param name="M">Multiplier.</param>
/// <param name="Exponent">Of the result, to the base of ten.</param>
public sealed record SimulatedSensor(byte Number, byte Type, byte Unit, string Name, byte Raw, short M = 1, sbyte Exponent = 0, short B = 0)
{
    public static IReadOnlyList<SimulatedSensor> All { get; } =
    [
        new(1, 1, 1, "CPU Temp", 42),
        new(2, 4, 18, "Fan 1", 54, M: 100),
        new(3, 2, 4, "P12V", 120, Exponent: -1),
        new(4, 0x0B, 6, "PSU Power", 21, M: 10),
        new(5, 1, 1, "Offset Temp", 40, B: -20),
    ];

    /// <summary>The record with its header.</summary>
    public byte[] CreateRecord()
    {
        byte[] body =
        [
            0x20, 0, Number, 7, 1, 0x7F, 0x68, Type, 1,                          // owner, lun, number, entity, instance, initialization, capabilities, type, threshold
            0x95, 0x7A, 0x95, 0x7A, 0x3F, 0x3F,                                   // masks: all six thresholds can be read
            0, Unit, 0, 0,                                                        // unsigned, unit, no modifier, linear
            (byte)M, (byte)((M >> 2) & 0xC0), (byte)B, (byte)((B >> 2) & 0xC0), 0, // M, tolerance, B, accuracy
            (byte)(Exponent << 4), 0, 50, 90, 5, 0xFF, 0,                         // exponents, analog flags, nominal, normal maximum and minimum, sensor maximum and minimum
            110, 100, 90, 1, 3, 5, 1, 1, 0, 0, 0,                                 // thresholds: upper and lower non-recoverable, critical, non-critical; hysteresis; reserved; OEM
            (byte)(0xC0 | Name.Length), .. Encoding.ASCII.GetBytes(Name),
        ];
        return [0, 0, 0x51, 1, (byte)body.Length, .. body];
    }
}
