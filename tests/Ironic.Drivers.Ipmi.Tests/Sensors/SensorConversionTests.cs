using Ironic.Drivers.Ipmi.Sensors;
using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Sensors;

public sealed class SensorConversionTests
{
    [Theory]
    [InlineData(0, 200, 1, 0, 0, 0, 200)]
    [InlineData(0, 120, 1, 0, 0, -1, 12)]
    [InlineData(0, 54, 100, 0, 0, 0, 5400)]
    [InlineData(0, 40, 1, -20, 0, 0, 20)]
    [InlineData(0, 100, 5, 15, 1, -2, 6.5)]
    [InlineData(0, 10, 2, 3, -1, 0, 20.3)]
    [InlineData(1, 0xFF, 1, 0, 0, 0, 0)]
    [InlineData(1, 0xFE, 1, 0, 0, 0, -1)]
    [InlineData(1, 0x7F, 1, 0, 0, 0, 127)]
    [InlineData(2, 0xFF, 1, 0, 0, 0, -1)]
    [InlineData(2, 0x80, 2, 1, 0, 0, -255)]
    [InlineData(2, 0x7F, -1, 0, 0, 2, -12700)]
    public void A_raw_byte_becomes_a_value(byte format, byte raw, int m, int b, int bExponent, int resultExponent, double expected) =>
        Assert.Equal(expected, new SensorConversion((AnalogFormat)format, 0, m, b, bExponent, resultExponent).Convert(raw)!.Value, precision: 9);

    [Theory]
    [InlineData(1, 1, 0.0)]
    [InlineData(2, 100, 2.0)]
    [InlineData(3, 8, 3.0)]
    [InlineData(4, 0, 1.0)]
    [InlineData(5, 2, 100.0)]
    [InlineData(6, 5, 32.0)]
    [InlineData(7, 4, 0.25)]
    [InlineData(7, 0, null)]
    [InlineData(1, 0, null)]
    [InlineData(8, 9, 81.0)]
    [InlineData(9, 3, 27.0)]
    [InlineData(10, 49, 7.0)]
    [InlineData(11, 27, 3.0)]
    [InlineData(12, 27, null)]
    public void A_value_is_linearized(byte linearization, byte raw, double? expected)
    {
        var value = new SensorConversion(AnalogFormat.Unsigned, linearization, 1, 0, 0, 0).Convert(raw);

        Assert.Equal(expected is null, value is null);
        if (expected is { } number)
            Assert.Equal(number, value!.Value, precision: 9);
    }

    [Fact]
    public void Without_an_analog_format_there_is_no_value() => Assert.Null(new SensorConversion(AnalogFormat.None, 0, 1, 0, 0, 0).Convert(1));

    [Theory]
    [InlineData(511, -512, 7, -8)]
    [InlineData(-512, 511, -8, 7)]
    [InlineData(-1, 0, 0, -1)]
    public void Factors_are_signed(int m, int b, int bExponent, int resultExponent)
    {
        byte[] factors = [(byte)m, (byte)((m >> 2) & 0xC0), (byte)b, (byte)((b >> 2) & 0xC0), 0, (byte)((resultExponent << 4) | (bExponent & 0x0F))];

        var read = default(SensorConversion).WithFactors(factors);

        Assert.Equal((m, b, bExponent, resultExponent), (read.M, read.B, read.BExponent, read.ResultExponent));
    }

    [Fact]
    public void A_full_record_is_read()
    {
        var sensor = SensorRecord.TryParse(new SimulatedSensor(7, 1, 1, "Inlet Temp", 0, M: 3, Exponent: -2, B: -300).CreateRecord())!;

        Assert.Equal((7, "Inlet Temp", "degrees C", "Temperature"), (sensor.Number, sensor.Name, sensor.Unit, SensorNames.Type(sensor.Type)));
        Assert.Equal(new SensorConversion(AnalogFormat.Unsigned, 0, 3, -300, 0, -2), sensor.Conversion);
        Assert.Equal([5, 3, 1, 90, 100, 110], sensor.Thresholds.Select(threshold => (int)threshold!));
    }

    [Fact]
    public void Records_of_other_kinds_and_cut_ones_are_none()
    {
        var record = SimulatedSensor.All[0].CreateRecord();

        Assert.Null(SensorRecord.TryParse([.. record[..3], 0x11, .. record[4..]]));
        for (var length = 0; length < 48; length++)
            Assert.Null(SensorRecord.TryParse(record.AsSpan(0, length)));
        Assert.NotNull(SensorRecord.TryParse(record.AsSpan(0, 50)));
    }

    [Theory]
    [InlineData(0xC4, "46616E31", "Fan1")]
    [InlineData(0x42, "1AB3", "1 -3")]
    [InlineData(0x83, "29DCA6", "IPMI")]
    [InlineData(0xC3, "410042", "AB")]
    [InlineData(0xDF, "4142", "AB")]
    public void Names_have_four_encodings(byte type, string bytes, string expected)
    {
        byte[] record = [.. new byte[3], 2, 0, .. new byte[26], type, .. Convert.FromHexString(bytes)];

        Assert.Equal(expected, SensorRecord.TryParse(record)!.Name);
    }

    [Theory]
    [InlineData("2A4000", 42.0, "Ok")]
    [InlineData("2A40", 42.0, "Ok")]
    [InlineData("2A4008", 42.0, "NonCritical")]
    [InlineData("2A4018", 42.0, "Critical")]
    [InlineData("2A4004", 42.0, "NonRecoverable")]
    [InlineData("2A6000", null, "Unknown")]
    [InlineData("2A0000", null, "Unknown")]
    public void A_reading_has_a_value_and_a_status(string data, double? value, string status)
    {
        var sensor = SensorRecord.TryParse(SimulatedSensor.All[0].CreateRecord())!;

        var reading = SensorReading.Parse(sensor, Convert.FromHexString(data), sensor.Conversion);

        Assert.Equal((value, status), (reading.Value, reading.Status.ToString()));
    }

    [Fact]
    public void A_discrete_sensor_has_states()
    {
        var record = SimulatedSensor.All[0].CreateRecord();
        record[13] = 0x6F;
        var sensor = SensorRecord.TryParse(record)!;

        var reading = SensorReading.Parse(sensor, [0, 0x40, 0x05, 0x81], sensor.Conversion);

        Assert.Equal((null, 0x105), (reading.Value, reading.States));
    }

    [Theory]
    [InlineData(0x00, 18, 0, "RPM")]
    [InlineData(0x01, 0, 0, "percent")]
    [InlineData(0x02, 6, 22, "Watts / second")]
    [InlineData(0x18, 17, 0, "CFM per second")]
    [InlineData(0x04, 4, 5, "Volts * Amps")]
    [InlineData(0x00, 250, 0, "unit 0xfa")]
    public void Units_are_named(byte flags, byte unit, byte modifier, string expected) => Assert.Equal(expected, SensorNames.Unit(flags, unit, modifier));
}
