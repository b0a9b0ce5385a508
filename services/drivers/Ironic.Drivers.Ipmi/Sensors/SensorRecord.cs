using System.Text;

namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>A sensor as its record describes it: a full (01h) or compact (02h) sensor record (IPMI 2.0, sections 43.1 and 43.2).</summary>
/// <param name="Number">The sensor's number at its owner.</param>
/// <param name="Owner">Whose sensor it is: a slave address, or a software id.</param>
/// <param name="Lun">The owner's logical unit.</param>
/// <param name="EntityId">What part it belongs to (table 43-13).</param>
/// <param name="EntityInstance">Which of several such parts.</param>
/// <param name="Type">The sensor type (table 42-3).</param>
/// <param name="ReadingType">1: thresholds; others: discrete (table 42-1).</param>
/// <param name="Unit">The unit's name; empty when it has none.</param>
/// <param name="Name">Its name.</param>
/// <param name="Conversion">How raw readings become values.</param>
/// <param name="Thresholds">Raw thresholds, by <see cref="SensorThreshold"/>; null where it has none.</param>
internal sealed record SensorRecord(
    byte Number,
    byte Owner,
    byte Lun,
    byte EntityId,
    byte EntityInstance,
    byte Type,
    byte ReadingType,
    string Unit,
    string Name,
    SensorConversion Conversion,
    IReadOnlyList<byte?> Thresholds)
{
    public const int HeaderLength = 5;

    private const byte FullType = 0x01;
    private const byte CompactType = 0x02;
    private const int TypeOffset = 3;
    private const int FullNameOffset = 47;
    private const int CompactNameOffset = 31;
    private const byte ThresholdReading = 0x01;

    /// <summary>Reads a record with its header; null when it is of another kind, or cut off.</summary>
    public static SensorRecord? TryParse(ReadOnlySpan<byte> record)
    {
        if (record.Length <= TypeOffset)
            return null;
        return record[TypeOffset] switch
        {
            FullType when record.Length > FullNameOffset => Create(record, FullNameOffset, ReadConversion(record), ReadThresholds(record)),
            CompactType when record.Length > CompactNameOffset =>
                Create(record, CompactNameOffset, new SensorConversion(AnalogFormat.None, 0, 0, 0, 0, 0), new byte?[ThresholdBits.Count]),
            _ => null,
        };
    }

    private static SensorRecord Create(ReadOnlySpan<byte> record, int nameOffset, SensorConversion conversion, IReadOnlyList<byte?> thresholds) => new(
        record[7],
        record[5],
        (byte)(record[6] & 3),
        record[8],
        (byte)(record[9] & 0x7F),
        record[12],
        record[13],
        SensorNames.Unit(record[20], record[21], record[22]),
        ReadName(record[nameOffset..]),
        conversion,
        thresholds);

    private static SensorConversion ReadConversion(ReadOnlySpan<byte> record)
    {
        // Discrete sensors have no value, whatever their record says.
        var format = record[13] == ThresholdReading ? (AnalogFormat)(record[20] >> 6) : AnalogFormat.None;
        return new SensorConversion(format, (byte)(record[23] & 0x7F), 0, 0, 0, 0).WithFactors(record[24..30]);
    }

    private static byte?[] ReadThresholds(ReadOnlySpan<byte> record)
    {
        const int readableMask = 18;
        const int first = 36;
        // In the record: upper non-recoverable, critical, non-critical, then the lower ones; in the mask from lower non-critical to upper non-recoverable.
        SensorThreshold[] order =
        [
            SensorThreshold.UpperNonRecoverable, SensorThreshold.UpperCritical, SensorThreshold.UpperNonCritical,
            SensorThreshold.LowerNonRecoverable, SensorThreshold.LowerCritical, SensorThreshold.LowerNonCritical,
        ];
        var thresholds = new byte?[ThresholdBits.Count];
        for (var i = 0; i < order.Length; i++)
        {
            if ((record[readableMask] & (1 << (int)order[i])) != 0)
                thresholds[(int)order[i]] = record[first + i];
        }

        return thresholds;
    }

    /// <summary>The name, behind its type and length (section 43.15).</summary>
    private static string ReadName(ReadOnlySpan<byte> bytes)
    {
        var kind = bytes[0] >> 6;
        var text = bytes[1..Math.Min(bytes.Length, 1 + (bytes[0] & 0x1F))];
        var name = kind switch
        {
            1 => ReadBcdPlus(text),
            2 => ReadPacked(text),
            _ => Encoding.Latin1.GetString(text),
        };
        return new string([.. name.Where(c => !char.IsControl(c))]).Trim();
    }

    private static string ReadBcdPlus(ReadOnlySpan<byte> bytes)
    {
        const string characters = "0123456789 -.:,_";
        var text = new StringBuilder();
        foreach (var value in bytes)
            text.Append(characters[value >> 4]).Append(characters[value & 0x0F]);
        return text.ToString();
    }

    /// <summary>Six bits a character, the low ones first.</summary>
    private static string ReadPacked(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (var bit = 0; bit + 6 <= bytes.Length * 8; bit += 6)
        {
            var low = bytes[bit / 8] >> (bit % 8);
            var high = bit % 8 > 2 ? bytes[(bit / 8) + 1] << (8 - (bit % 8)) : 0;
            text.Append((char)(0x20 + ((low | high) & 0x3F)));
        }

        return text.ToString();
    }
}
