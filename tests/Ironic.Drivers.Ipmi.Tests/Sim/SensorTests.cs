using System.Globalization;
using Ironic.Drivers.Ipmi.Tests.Support;

namespace Ironic.Drivers.Ipmi.Tests.Sim;

/// <summary>Sensors of OpenIPMI's simulator, as ipmitool reads them too.</summary>
public sealed class SensorTests(SimulatorFixture fixture) : IClassFixture<SimulatorFixture>
{
    [Fact]
    public async Task All_sensors_are_read_as_ipmitool_reads_them()
    {
        await using var pool = new TestPool();
        var readings = await pool.Sensors.ReadAsync(TestNodes.Create(fixture.Simulator.Port), CancellationToken.None);
        var theirs = await fixture.Simulator.RunIpmitoolAsync("sensor", "list");

        Assert.Equal(
            [("CPU Temp", 42.0, "degrees C"), ("Fan 1", 5400.0, "RPM"), ("P12V", 12.0, "Volts"), ("PSU Power", 210.0, "Watts"), ("Offset Temp", 20.0, "degrees C")],
            readings.Select(reading => (reading.Sensor.Name, reading.Value!.Value, reading.Sensor.Unit)));
        foreach (var reading in readings)
        {
            var line = theirs.Split('\n').Single(candidate => candidate.StartsWith(reading.Sensor.Name, StringComparison.Ordinal));
            Assert.Contains(reading.Value!.Value.ToString("0.000", CultureInfo.InvariantCulture), line, StringComparison.Ordinal);
            Assert.Contains(reading.Sensor.Unit, line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Records_are_read_once_while_they_do_not_change()
    {
        await using var pool = new TestPool();
        var node = TestNodes.Create(fixture.Simulator.Port);

        var first = await pool.Sensors.ReadAsync(node, CancellationToken.None);
        var second = await pool.Sensors.ReadAsync(node, CancellationToken.None);

        Assert.All(first.Zip(second), pair => Assert.Same(pair.First.Sensor, pair.Second.Sensor));
    }
}
