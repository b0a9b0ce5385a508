using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Grpc.Core;
using Ironic.Conductor.Sensors;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Sensors;

public sealed class SqliteSensorSweepTests : SensorSweepTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresSensorSweepTests(PostgresFixture postgres) : SensorSweepTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>The sensors of machines, from their driver to the metrics.</summary>
public abstract class SensorSweepTests : PlayedDriverTests
{
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly ConcurrentQueue<string> _shown = new();
    private readonly MeterListener _listener = new();

    private protected override void Play(TestDriver driver)
    {
        driver.Offer(InterfaceType.Management);
        driver.ReadSensors = (node, _) => Read(node, new Sensor { Type = "Temperature", Id = "CPU (0x1)", Name = "CPU", Unit = "degrees C", Value = 41.5, Status = SensorStatus.Ok });
    }

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        var meters = Conductor.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == HardwareMetrics.MeterName && instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
        {
            var labels = tags.ToArray().Where(tag => tag.Key != "ironic.node.uuid").Select(tag => $"{tag.Key}={tag.Value}");
            _shown.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name}[{instrument.Unit}] {string.Join(' ', labels)}: {value}"));
        });
        _listener.Start();
    }

    public override Task DisposeAsync()
    {
        _listener.Dispose();
        return base.DisposeAsync();
    }

    private SensorOptions Settings => Conductor.Services.GetRequiredService<IOptions<SensorOptions>>().Value;

    [Fact]
    public async Task Readings_are_shown_by_the_names_and_units_of_OpenTelemetry()
    {
        Driver.ReadSensors = (node, _) => Read(
            node,
            new Sensor { Type = "Temperature", Id = "CPU (0x1)", Name = "CPU", Unit = "degrees C", Value = 41.5, Status = SensorStatus.Ok },
            new Sensor { Type = "Fan", Id = "Fan 1 (0x2)", Name = "Fan 1", Unit = "RPM", Value = 5600, Status = SensorStatus.NonCritical },
            new Sensor { Type = "Voltage", Id = "12V (0x3)", Name = "12V", Unit = "Volts", Value = 12.1 },
            new Sensor { Type = "Current", Id = "PSU (0x4)", Name = "PSU", Unit = "Amps", Value = 0.5, Status = SensorStatus.NonRecoverable },
            new Sensor { Type = "Power Supply", Id = "PSU (0x5)", Name = "PSU", Unit = "Watts", Value = 110 },
            new Sensor { Type = "Fan", Id = "Duty (0x6)", Name = "Duty", Unit = "percent", Value = 30 },
            new Sensor { Type = "Drive Slot", Id = "Disk (0x7)", Name = "Disk", States = 1, Status = SensorStatus.Critical });
        await NodeAsync(change: node => node.Name = "n1");

        await SweepAsync();

        Assert.Equal(
            [
                "hw.current[A] hw.id=PSU (0x4) hw.name=PSU hw.type=current ironic.node.name=n1: 0.5",
                "hw.fan.speed[rpm] hw.id=Fan 1 (0x2) hw.name=Fan 1 hw.type=fan ironic.node.name=n1: 5600",
                "hw.power[W] hw.id=PSU (0x5) hw.name=PSU hw.type=power_supply ironic.node.name=n1: 110",
                "hw.sensor.value[] hw.id=Duty (0x6) hw.name=Duty hw.type=fan ironic.node.name=n1 hw.unit=percent: 30",
                "hw.status[] hw.id=CPU (0x1) hw.name=CPU hw.type=temperature ironic.node.name=n1 hw.state=ok: 1",
                "hw.status[] hw.id=Disk (0x7) hw.name=Disk hw.type=drive_slot ironic.node.name=n1 hw.state=failed: 1",
                "hw.status[] hw.id=Fan 1 (0x2) hw.name=Fan 1 hw.type=fan ironic.node.name=n1 hw.state=degraded: 1",
                "hw.status[] hw.id=PSU (0x4) hw.name=PSU hw.type=current ironic.node.name=n1 hw.state=failed: 1",
                "hw.temperature[Cel] hw.id=CPU (0x1) hw.name=CPU hw.type=temperature ironic.node.name=n1: 41.5",
                "hw.voltage[V] hw.id=12V (0x3) hw.name=12V hw.type=voltage ironic.node.name=n1: 12.1",
            ],
            Shown());
    }

    [Fact]
    public async Task What_could_not_be_read_again_is_no_longer_shown()
    {
        var (lasting, failing, leaving) = (await NodeAsync(), await NodeAsync(), await NodeAsync());
        await SweepAsync();
        Assert.Equal(3, Nodes().Count);

        var well = Driver.ReadSensors;
        Driver.ReadSensors = (node, cancellationToken) =>
            node == failing.Uuid ? throw new RpcException(new Status(StatusCode.Internal, "no answer")) : well(node, cancellationToken);
        await using (var task = await Conductor.Tasks.OpenExclusiveAsync(leaving.Uuid, default))
        {
            task.Node.Maintenance = true;
            await task.SaveAndReleaseAsync(default);
        }

        await SweepAsync();

        Assert.Equal([lasting.Uuid], Nodes());
        Assert.Equal(4, _asked.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nodes_that_are_not_deployed_are_read_when_that_is_asked_for(bool undeployed)
    {
        Settings.UndeployedNodes = undeployed;
        var active = await NodeAsync();
        var available = await NodeAsync("available");
        await NodeAsync("enroll");
        await NodeAsync(change: node => node.Maintenance = true);
        await NodeAsync(change: node => node.ConductorGroup = "another");
        await NodeAsync(change: node => node.Driver = "of nobody here");

        await SweepAsync();

        string[] expected = undeployed ? [active.Uuid, available.Uuid] : [active.Uuid];
        Assert.Equal(expected.Order(StringComparer.Ordinal), Nodes());
    }

    [Fact]
    public async Task A_locked_node_is_read_and_stays_as_it_is()
    {
        var node = await NodeAsync();
        await using var task = await Conductor.Tasks.OpenExclusiveAsync(node.Uuid, default);
        await SweepAsync();
        Assert.Equal([node.Uuid], Nodes());
        Assert.Equal(["created"], await Conductor.EventsAsync(node));
    }

    [Fact]
    public async Task Machines_that_do_not_answer_end_with_their_time_and_hold_up_no_others()
    {
        (Settings.Concurrency, Settings.CallTimeout) = (2, TimeSpan.FromSeconds(5));
        var silent = await NodeAsync();
        var well = Driver.ReadSensors;
        Driver.ReadSensors = async (node, cancellationToken) =>
        {
            if (node == silent.Uuid)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return await well(node, cancellationToken);
        };
        for (var i = 0; i < SensorNodes.PageSize + 20; i++)
            await NodeAsync();

        await SweepAsync();

        Assert.Equal(SensorNodes.PageSize + 20, Nodes().Count);
        Assert.DoesNotContain(silent.Uuid, Nodes());
    }

    private Task SweepAsync() => Conductor.Services.GetRequiredService<SensorSweep>().SweepAsync(default).WaitAsync(Limit);

    private List<string> Nodes() => [.. Conductor.Services.GetRequiredService<SensorReadings>().All.Select(node => node.Uuid).Order(StringComparer.Ordinal)];

    private List<string> Shown()
    {
        _shown.Clear();
        _listener.RecordObservableInstruments();
        return [.. _shown.Order(StringComparer.Ordinal)];
    }

    private Task<Sensor[]> Read(string node, params Sensor[] sensors)
    {
        _asked.Enqueue(node);
        return Task.FromResult(sensors);
    }

    private Task<NodeRow> NodeAsync(string state = "active", Action<NodeRow>? change = null) => Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.ProvisionState, node.ManagementInterface) = ("thing", state, "thing");
        change?.Invoke(node);
    });
}
