namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>How a raw byte is to be read (IPMI 2.0, table 43-1, sensor units 1).</summary>
internal enum AnalogFormat : byte
{
    Unsigned = 0,
    OnesComplement = 1,
    TwosComplement = 2,

    /// <summary>The sensor has no analog reading.</summary>
    None = 3,
}

/// <summary>The formula that makes a value of a raw byte: y = L[(M·x + B·10^K1)·10^K2] (IPMI 2.0, section 36.3).</summary>
/// <param name="Format">How the raw byte is read.</param>
/// <param name="Linearization">Number of the function L, 7 bits.</param>
/// <param name="M">10 bits, signed.</param>
/// <param name="B">10 bits, signed.</param>
/// <param name="BExponent">K1, 4 bits, signed.</param>
/// <param name="ResultExponent">K2, 4 bits, signed.</param>
internal readonly record struct SensorConversion(AnalogFormat Format, byte Linearization, int M, int B, int BExponent, int ResultExponent)
{
    // From here on M and B differ from reading to reading, and are asked for with each.
    private const byte FirstNonLinear = 0x70;

    public bool IsNonLinear => Linearization >= FirstNonLinear;

    /// <summary>The six bytes from M's on, which records and Get Sensor Reading Factors (section 35.5) have in common.</summary>
    public SensorConversion WithFactors(ReadOnlySpan<byte> factors) => this with
    {
        M = SignExtend(factors[0] | ((factors[1] & 0xC0) << 2), 10),
        B = SignExtend(factors[2] | ((factors[3] & 0xC0) << 2), 10),
        ResultExponent = SignExtend(factors[5] >> 4, 4),
        BExponent = SignExtend(factors[5] & 0x0F, 4),
    };

    /// <summary>The value in the sensor's unit; null when there is none: no analog reading, or a function that has no value there.</summary>
    public double? Convert(byte raw)
    {
        if (Format == AnalogFormat.None)
            return null;
        var x = Format switch
        {
            AnalogFormat.Unsigned => raw,
            // Minus zero is zero.
            AnalogFormat.OnesComplement => (raw & 0x80) == 0 ? raw : -(~raw & 0xFF),
            _ => SignExtend(raw, 8),
        };
        // The powers are applied last, and as divisions where they are: 120/10 is 12, 120·0.1 only nearly.
        var value = Scale(M * (double)x + Scale(B, BExponent), ResultExponent);
        var result = Linearization switch
        {
            0 or >= FirstNonLinear => value,
            1 => Math.Log(value),
            2 => Math.Log10(value),
            3 => Math.Log2(value),
            4 => Math.Exp(value),
            5 => Math.Pow(10, value),
            6 => Math.Pow(2, value),
            7 => 1 / value,
            8 => value * value,
            9 => value * value * value,
            10 => Math.Sqrt(value),
            11 => Math.Cbrt(value),
            _ => double.NaN,
        };
        return double.IsFinite(result) ? result : null;
    }

    internal static int SignExtend(int value, int bits) => (value << (32 - bits)) >> (32 - bits);

    private static double Scale(double value, int exponent) => exponent < 0 ? value / Math.Pow(10, -exponent) : value * Math.Pow(10, exponent);
}
