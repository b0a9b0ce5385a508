using System.Collections.Concurrent;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Interfaces;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Sensors;

/// <summary>
/// Reads the sensors of machines. Their records, which are most of the work, are kept until the controller says that they have changed. Every sensor is a
/// turn of its own, so that others wait for one command at most.
/// </summary>
internal sealed class SensorReader(IpmiClient client)
{
    private readonly ConcurrentDictionary<string, (string Target, SdrTimestamps At, IReadOnlyList<SensorRecord> Sensors)> _known = new(StringComparer.Ordinal);

    /// <summary>All sensors that the machine's controller answers for, as they are now.</summary>
    /// <exception cref="DriverException">The controller does not answer, or refuses.</exception>
    public async Task<IReadOnlyList<SensorReading>> ReadAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var readings = new List<SensorReading>();
        foreach (var sensor in await FindAsync(node, cancellationToken))
        {
            if (await client.UseAsync(node, channel => ReadAsync(channel, sensor), cancellationToken) is { } reading)
                readings.Add(reading);
        }

        return readings;
    }

    private async Task<IReadOnlyList<SensorRecord>> FindAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var info = IpmiDriverInfo.Read(node).Target;
        var target = $"{info} {info.Bridging}";
        var timestamps = await client.UseAsync(node, SdrRepository.GetSdrTimestampsAsync, cancellationToken);
        if (_known.TryGetValue(node.Uuid, out var known) && known.Target == target && known.At == timestamps)
            return known.Sensors;
        var owner = info.Bridging?.Target.Address ?? LanMessage.BmcAddress;
        var sensors = await SdrRepository.ReadSensorsAsync(work => client.UseAsync(node, work, cancellationToken), info.ToString());
        // Those of other controllers are not at this one.
        sensors = [.. sensors.Where(sensor => sensor.Owner == owner)];
        _known[node.Uuid] = (target, timestamps, sensors);
        return sensors;
    }

    /// <returns>null when the sensor is not there.</returns>
    private static async Task<SensorReading?> ReadAsync(IIpmiChannel channel, SensorRecord sensor)
    {
        const string name = "Get Sensor Reading";
        var response = await channel.ExecuteAsync(new IpmiRequest(NetworkFunction.SensorEvent, Command.GetSensorReading, sensor.Number) { Lun = sensor.Lun });
        // Records describe what a machine may have. What is not built in, or is off with the machine, has no reading, and takes none from the others.
        if (response.Code is not (CompletionCode.Ok or CompletionCode.InsufficientPrivilege) && !response.Code.IsTransient())
            return null;
        var data = response.EnsureSuccess(channel.Address, name).RequireData(2, channel.Address, name);
        var conversion = sensor.Conversion.IsNonLinear ? await AskFactorsAsync(channel, sensor, data.Span[0]) : sensor.Conversion;
        return SensorReading.Parse(sensor, data.Span, conversion);
    }

    /// <summary>Get Sensor Reading Factors (IPMI 2.0, section 35.5).</summary>
    private static async Task<SensorConversion> AskFactorsAsync(IIpmiChannel channel, SensorRecord sensor, byte raw)
    {
        var request = new IpmiRequest(NetworkFunction.SensorEvent, Command.GetSensorReadingFactors, sensor.Number, raw) { Lun = sensor.Lun };
        var data = await channel.RequireAsync(request, "Get Sensor Reading Factors", length: 7);
        return sensor.Conversion.WithFactors(data.Span[1..]);
    }
}
