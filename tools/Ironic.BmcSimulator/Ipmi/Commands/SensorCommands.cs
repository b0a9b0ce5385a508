using System.Buffers.Binary;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Ipmi.Commands;

/// <summary>Sensors and the repository of their records, and an event log that is empty (IPMI 2.0, chapters 31, 33 and 35).</summary>
internal sealed class SensorCommands(IpmiController controller)
{
    private const byte GetHysteresis = 0x25;
    private const byte GetThresholds = 0x27;
    private const byte GetEventEnable = 0x29;
    private const byte GetReading = 0x2D;

    private const byte GetRepositoryInfo = 0x20;
    private const byte ReserveRepository = 0x22;
    private const byte GetRecord = 0x23;
    private const byte GetLogInfo = 0x40;

    private const ushort LastRecord = 0xFFFF;
    private const byte WholeRecord = 0xFF;

    private ushort _reservation;

    public byte[] AnswerSensor(IpmiMessage command)
    {
        if (command.Data is not [var number, ..] || SensorRecord.All.FirstOrDefault(record => record.Sensor.Number == number) is not { } record)
            return command.Command is GetReading or GetThresholds or GetHysteresis or GetEventEnable ? [CompletionCode.NotPresent] : [CompletionCode.InvalidCommand];
        var reading = record.Encode(record.Sensor.Read(controller.Server.Power.IsOn));
        return command.Command switch
        {
            GetReading => [CompletionCode.Ok, reading, 0xC0, (byte)(record.Critical is { } critical && reading >= critical ? 0x10 : 0)],
            GetThresholds => record.Critical is { } upper ? [CompletionCode.Ok, 0x10, 0, 0, 0, 0, upper, 0] : [CompletionCode.Ok, 0, 0, 0, 0, 0, 0, 0],
            GetHysteresis => [CompletionCode.Ok, 1, 1],
            GetEventEnable => [CompletionCode.Ok, 0xC0, 0, 0, 0, 0],
            _ => [CompletionCode.InvalidCommand],
        };
    }

    public byte[] AnswerStorage(IpmiMessage command) => command.Command switch
    {
        GetRepositoryInfo => [CompletionCode.Ok, 0x51, (byte)SensorRecord.All.Count, 0, 0xFF, 0x0F, 0, 0, 0, 0, 0, 0, 0, 0, 0x02],
        ReserveRepository => Reserve(),
        GetRecord when command.Data.Length == 6 => Read(command.Data),
        GetRecord => [CompletionCode.InvalidLength],
        GetLogInfo => [CompletionCode.Ok, 0x51, 0, 0, 0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0x02],
        _ => [CompletionCode.InvalidCommand],
    };

    private byte[] Reserve()
    {
        _reservation++;
        return [CompletionCode.Ok, (byte)_reservation, (byte)(_reservation >> 8)];
    }

    private byte[] Read(byte[] data)
    {
        var (reservation, id, offset, count) = (BinaryPrimitives.ReadUInt16LittleEndian(data), BinaryPrimitives.ReadUInt16LittleEndian(data.AsSpan(2)), data[4], data[5]);
        // A part of a record can only be read by who has reserved the repository.
        if (reservation != _reservation && offset != 0)
            return [CompletionCode.ReservationCancelled];
        var index = id == LastRecord ? SensorRecord.All.Count - 1 : id;
        if (index >= SensorRecord.All.Count)
            return [CompletionCode.NotPresent];
        var record = SensorRecord.All[index].Bytes;
        if (offset > record.Count)
            return [CompletionCode.ParameterOutOfRange];
        var next = index + 1 < SensorRecord.All.Count ? (ushort)(index + 1) : LastRecord;
        return [CompletionCode.Ok, (byte)next, (byte)(next >> 8), .. record.Skip(offset).Take(count == WholeRecord ? record.Count : count)];
    }
}

/// <summary>A sensor as IPMI describes it: a full sensor record (IPMI 2.0, table 43-1), with the factors between a reading and its byte.</summary>
internal sealed class SensorRecord
{
    private readonly double _unit;

    private SensorRecord(ushort id, MachineSensor sensor)
    {
        Sensor = sensor;
        var (type, unit, multiplier, exponent) = sensor.Kind switch
        {
            SensorKind.Temperature => (1, 1, 1, 0),
            SensorKind.Fan => (4, 18, 100, 0),
            SensorKind.Voltage => (2, 4, 1, -1),
            _ => (0x0B, 6, 10, 0),
        };
        _unit = multiplier * Math.Pow(10, exponent);
        Critical = sensor.Critical is { } critical ? Encode(critical) : null;
        var mask = (byte)(Critical is null ? 0 : 0x10);
        byte[] body =
        [
            0x20, 0, sensor.Number, 7, 1, 0x7F, 0x68, (byte)type, 1,                    // owner, its unit, number, entity, instance, initialization, capabilities, type, threshold
            0, 0, 0, 0, mask, 0,                                                          // events: none; which thresholds can be read and set
            0, (byte)unit, 0, 0,                                                          // unsigned, unit, no modifier, linear
            (byte)multiplier, (byte)((multiplier >> 2) & 0xC0), 0, 0, 0,                  // M, tolerance, B, accuracy
            (byte)(exponent << 4), 0, 0, 0, 0, 0xFF, 0,                                   // exponents, no normal values, maximum and minimum of the byte
            0, Critical ?? 0, 0, 0, 0, 0, 1, 1, 0, 0, 0,                                  // thresholds: upper and lower; hysteresis; reserved; OEM
            (byte)(0xC0 | sensor.Name.Length), .. System.Text.Encoding.ASCII.GetBytes(sensor.Name),
        ];
        Bytes = [(byte)id, (byte)(id >> 8), 0x51, 1, (byte)body.Length, .. body];
    }

    public static IReadOnlyList<SensorRecord> All { get; } = [.. MachineSensor.All.Select((sensor, index) => new SensorRecord((ushort)index, sensor))];

    public MachineSensor Sensor { get; }

    /// <summary>The record with its header.</summary>
    public IReadOnlyList<byte> Bytes { get; }

    /// <summary>The upper critical threshold as a byte; null: none.</summary>
    public byte? Critical { get; }

    public byte Encode(double reading) => (byte)Math.Clamp(Math.Round(reading / _unit), 0, 255);
}
