using System.Buffers.Binary;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>When a repository was last changed, as its controller counts time. Two that are equal mean: nothing has changed.</summary>
internal readonly record struct SdrTimestamps(uint Addition, uint Erase, ushort Records);

/// <summary>Reads the sensor data records of a controller (IPMI 2.0, section 33).</summary>
internal static class SdrRepository
{
    private const ushort First = 0x0000;
    private const ushort Last = 0xFFFF;

    // A controller whose records lead in a circle must not be followed for ever.
    private const int MaximumRecords = 4096;

    // What all controllers can return at once.
    private const int ChunkLength = 16;

    private const int MaximumRestarts = 3;

    /// <summary>Get SDR Repository Info (section 33.9).</summary>
    public static async Task<SdrTimestamps> GetSdrTimestampsAsync(this IIpmiChannel channel)
    {
        const string name = "Get SDR Repository Info";
        var data = (await channel.RequireAsync(new IpmiRequest(NetworkFunction.Storage, Command.GetSdrRepositoryInfo), name, length: 13)).Span;
        return new SdrTimestamps(
            BinaryPrimitives.ReadUInt32LittleEndian(data[5..]), BinaryPrimitives.ReadUInt32LittleEndian(data[9..]), BinaryPrimitives.ReadUInt16LittleEndian(data[1..]));
    }

    /// <summary>All sensors, in the order of their records.</summary>
    /// <param name="use">Gives a turn at the controller, for one record each: reading all of them takes long.</param>
    /// <param name="address">How messages call the controller.</param>
    /// <exception cref="RetryableException">The repository changed again and again in the middle.</exception>
    public static async Task<IReadOnlyList<SensorRecord>> ReadSensorsAsync(Func<Func<IIpmiChannel, Task<SdrRecord?>>, Task<SdrRecord?>> use, string address)
    {
        for (var restart = 0; restart < MaximumRestarts; restart++)
        {
            if (await TryReadAsync(use, address) is { } sensors)
                return sensors;
        }

        throw new RetryableException($"{address}: the sensor data records changed while they were read.");
    }

    private static async Task<List<SensorRecord>?> TryReadAsync(Func<Func<IIpmiChannel, Task<SdrRecord?>>, Task<SdrRecord?>> use, string address)
    {
        var sensors = new List<SensorRecord>();
        ushort reservation = 0;
        var id = First;
        for (var count = 0; count < MaximumRecords; count++)
        {
            var current = id;
            var record = await use(async channel =>
            {
                if (current == First)
                    reservation = await channel.ReserveAsync();
                return await channel.ReadRecordAsync(reservation, current);
            });
            // Somebody has changed the repository, or reserved it himself.
            if (record is null)
                return null;
            if (SensorRecord.TryParse(record.Bytes) is { } sensor)
                sensors.Add(sensor);
            if (record.Next == Last)
                return sensors;
            id = record.Next;
        }

        throw new PermanentFailureException($"{address}: there is no end to its sensor data records.");
    }

    private static async Task<ushort> ReserveAsync(this IIpmiChannel channel)
    {
        var data = await channel.RequireAsync(new IpmiRequest(NetworkFunction.Storage, Command.ReserveSdrRepository), "Reserve SDR Repository", length: 2);
        return BinaryPrimitives.ReadUInt16LittleEndian(data.Span);
    }

    private static async Task<SdrRecord?> ReadRecordAsync(this IIpmiChannel channel, ushort reservation, ushort id)
    {
        if (await channel.ReadPartAsync(reservation, id, offset: 0, SensorRecord.HeaderLength) is not { } header)
            return null;
        var bytes = new byte[SensorRecord.HeaderLength + header.Part.Span[SensorRecord.HeaderLength - 1]];
        header.Part.CopyTo(bytes);
        for (var offset = SensorRecord.HeaderLength; offset < bytes.Length; offset += ChunkLength)
        {
            var length = Math.Min(ChunkLength, bytes.Length - offset);
            if (await channel.ReadPartAsync(reservation, id, offset, length) is not { } part)
                return null;
            part.Part.CopyTo(bytes.AsMemory(offset));
        }

        return new SdrRecord(header.Next, bytes);
    }

    /// <returns>null when the reservation has been cancelled.</returns>
    private static async Task<(ushort Next, ReadOnlyMemory<byte> Part)?> ReadPartAsync(this IIpmiChannel channel, ushort reservation, ushort id, int offset, int length)
    {
        const string name = "Get SDR";
        var request = new IpmiRequest(
            NetworkFunction.Storage, Command.GetSdr, (byte)reservation, (byte)(reservation >> 8), (byte)id, (byte)(id >> 8), (byte)offset, (byte)length);
        var response = await channel.ExecuteAsync(request);
        if (response.Code == CompletionCode.ReservationCancelled)
            return null;
        var data = response.EnsureSuccess(channel.Address, name).RequireData(2 + length, channel.Address, name);
        return (BinaryPrimitives.ReadUInt16LittleEndian(data.Span), data.Slice(2, length));
    }
}

/// <summary>A record and the id of the next.</summary>
internal sealed record SdrRecord(ushort Next, byte[] Bytes);
