using System.Collections.Concurrent;
using Grpc.Core;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Periodic;

public sealed class SqlitePowerSyncTests : PowerSyncTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresPowerSyncTests(PostgresFixture postgres) : PowerSyncTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>Machines whose power is not, or cannot be told to be, what is stored of it.</summary>
public abstract class PowerSyncTests : PlayedDriverTests
{
    private readonly ConcurrentDictionary<string, PowerState> _machines = new();
    private readonly ConcurrentQueue<string> _reads = new();

    private protected override void Play(TestDriver driver)
    {
        driver.Info.Interfaces[0].SupportsPowerSync = true;
        driver.ReadPower = (node, _) => ReadAsync(node);
        driver.SwitchPower = (node, target) => _machines[node] = target is PowerTarget.Off ? PowerState.Off : PowerState.On;
    }

    private PowerSyncOptions Settings => Conductor.Services.GetRequiredService<IOptions<PowerSyncOptions>>().Value;

    [Fact]
    public async Task A_power_state_that_was_not_known_is_stored()
    {
        var node = await NodeAsync(null, PowerState.On, change: node => node.LastError = "older");
        await SweepAsync();
        var read = await Conductor.ReadAsync(node);
        Assert.Equal(("power on", null, null), (read.PowerState, read.LastError, read.Reservation));
        Assert.Equal(["created", "power_state_corrected"], await Conductor.EventsAsync(node));
        Assert.Equal(0, Sync.FailuresOf(node.Uuid));
    }

    [Fact]
    public async Task A_machine_that_is_as_it_should_be_is_neither_locked_nor_written()
    {
        var node = await NodeAsync("power off", PowerState.Off);
        await SweepAsync();
        await SweepAsync();
        var read = await Conductor.ReadAsync(node);
        Assert.Equal((0, null, "power off"), (read.LockEpoch, read.UpdatedAt, read.PowerState));
        Assert.Equal(["created"], await Conductor.EventsAsync(node));
        Assert.Equal([node.Uuid, node.Uuid], _reads);
    }

    [Fact]
    public async Task An_older_error_is_over_when_the_power_is_as_it_should_be()
    {
        var node = await NodeAsync("power off", PowerState.Off, change: node => node.LastError = "older");
        await SweepAsync();
        Assert.Null((await Conductor.ReadAsync(node)).LastError);
        Assert.Equal(["created", "updated"], await Conductor.EventsAsync(node));
    }

    [Fact]
    public async Task What_else_the_machine_says_is_stored_when_it_is_new()
    {
        Driver.Offer(InterfaceType.Management);
        await RegisterAsync();
        var state = new GetMachineStateResponse { BootMode = BootMode.Uefi, SecureBoot = true, Vendor = "Acme", Health = MachineHealth.Warning };
        Driver.ReadState = _ => state;
        var node = await NodeAsync("power on", PowerState.On, change: row => row.ManagementInterface = "thing");
        var named = await NodeAsync("power on", PowerState.On, change: row => (row.ManagementInterface, row.Properties, row.Health) = ("thing", """{"vendor": "ours", "cpus": 4}""", "OK"));

        await SweepAsync();
        await SweepAsync();

        var read = await Conductor.ReadAsync(node);
        Assert.Equal(("uefi", true, "Warning", """{"vendor":"Acme"}""", 1), (read.BootMode, read.SecureBoot, read.Health, read.Properties, read.LockEpoch));
        Assert.Equal(["created", "updated"], await Conductor.EventsAsync(node));
        Assert.Equal("""{"vendor": "ours", "cpus": 4}""", (await Conductor.ReadAsync(named)).Properties);

        // What it does not say stays.
        state = new GetMachineStateResponse { Health = MachineHealth.Critical };
        await SweepAsync();
        read = await Conductor.ReadAsync(node);
        Assert.Equal(("uefi", true, "Critical"), (read.BootMode, read.SecureBoot, read.Health));
        Assert.Equal(6, Driver.StateReads);

        Settings.MachineState = false;
        await SweepAsync();
        Assert.Equal(6, Driver.StateReads);
    }

    [Fact]
    public async Task A_driver_that_knows_nothing_else_of_its_machines_is_asked_once()
    {
        Driver.Offer(InterfaceType.Management);
        await RegisterAsync();
        var node = await NodeAsync("power on", PowerState.On, change: row => row.ManagementInterface = "thing");
        await SweepAsync();
        await SweepAsync();
        Assert.Equal((1, 0), (Driver.StateReads, (await Conductor.ReadAsync(node)).LockEpoch));
    }

    [Fact]
    public async Task Hardware_that_cannot_tell_contradicts_nothing()
    {
        var node = await NodeAsync("power on", PowerState.Unspecified);
        await SweepAsync();
        var read = await Conductor.ReadAsync(node);
        Assert.Equal((0, "power on"), (read.LockEpoch, read.PowerState));
    }

    [Theory]
    [InlineData("power on", PowerState.Off, PowerState.On)]
    [InlineData("power off", PowerState.On, PowerState.Off)]
    public async Task A_machine_that_differs_is_switched_back(string recorded, PowerState machine, PowerState after)
    {
        var node = await NodeAsync(recorded, machine);
        await SweepAsync();
        await IdleAsync();
        Assert.Equal(after, _machines[node.Uuid]);
        var read = await Conductor.ReadAsync(node);
        Assert.Equal((recorded, null, null, null), (read.PowerState, read.TargetPowerState, read.LastError, read.Reservation));
        Assert.Equal(["created", "monitoring", "power_state"], await Conductor.EventsAsync(node));
        Assert.Equal(1, Sync.FailuresOf(node.Uuid));
        await SweepAsync();
        Assert.Equal(0, Sync.FailuresOf(node.Uuid));
    }

    [Theory]
    [InlineData(false, false, true)]
    [InlineData(true, true, true)]
    [InlineData(true, false, false)]
    public async Task Where_nothing_may_be_forced_the_state_of_the_machine_is_stored(bool force, bool mustStayOn, bool supportsSync)
    {
        Settings.ForceState = force;
        Driver.Info.Interfaces[0].SupportsPowerSync = supportsSync;
        await RegisterAsync();
        var node = await NodeAsync("power on", PowerState.Off, change: node => node.DisablePowerOff = mustStayOn);
        await SweepAsync();
        await IdleAsync();
        Assert.Equal("power off", (await Conductor.ReadAsync(node)).PowerState);
        Assert.Equal(PowerState.Off, _machines[node.Uuid]);
        Assert.Equal(["created", "power_state_corrected"], await Conductor.EventsAsync(node));
    }

    [Fact]
    public async Task A_machine_that_does_not_stay_switched_back_is_given_up()
    {
        Driver.SwitchPower = (_, _) => { };
        var node = await NodeAsync("power on", PowerState.Off);
        for (var i = 1; i <= Settings.MaxRetries; i++)
        {
            await SweepAsync();
            await IdleAsync();
            Assert.Equal((i, false), (Sync.FailuresOf(node.Uuid), (await Conductor.ReadAsync(node)).Maintenance));
        }

        await SweepAsync();
        await AssertGivenUpAsync(node, "power off");
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "error")]
    public async Task A_machine_that_does_not_answer_is_given_up(bool answersError, string? stored)
    {
        var node = await NodeAsync("power on", answersError ? PowerState.Error : null);
        for (var i = 1; i <= Settings.MaxRetries; i++)
        {
            Assert.Equal(0, await SweepAsync());
            var read = await Conductor.ReadAsync(node);
            Assert.Equal((i, false, 0), (Sync.FailuresOf(node.Uuid), read.Maintenance, read.LockEpoch));
        }

        Assert.Equal(1, await SweepAsync());
        await AssertGivenUpAsync(node, stored);
        // In maintenance it is left in peace.
        var reads = _reads.Count;
        await SweepAsync();
        Assert.Equal(reads, _reads.Count);
    }

    [Fact]
    public async Task An_answer_in_between_is_forgiveness()
    {
        var node = await NodeAsync("power on", null);
        for (var i = 0; i < Settings.MaxRetries; i++)
            await SweepAsync();
        _machines[node.Uuid] = PowerState.On;
        await SweepAsync();
        Assert.Equal(0, Sync.FailuresOf(node.Uuid));
        _machines.TryRemove(node.Uuid, out _);
        await SweepAsync();
        Assert.Equal((1, false), (Sync.FailuresOf(node.Uuid), (await Conductor.ReadAsync(node)).Maintenance));
        await using (var task = await Conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
            await task.DeleteAsync(new JournalEntry("deleted"), default);
        await SweepAsync();
        Assert.Equal(0, Sync.FailuresOf(node.Uuid));
    }

    [Fact]
    public async Task Nodes_of_which_no_notice_is_taken_are_not_asked()
    {
        foreach (var state in new[] { "wait call-back", "clean wait", "enroll", "adopt failed" })
            await NodeAsync("power on", PowerState.Off, state);
        await NodeAsync("power on", PowerState.Off, change: node => node.Maintenance = true);
        await NodeAsync("power on", PowerState.Off, change: node => node.TargetPowerState = "power off");
        await NodeAsync("power on", PowerState.Off, change: node => node.ConductorGroup = "another");
        await NodeAsync("power on", PowerState.Off, change: node => node.Driver = "of nobody here");
        await NodeAsync("power on", PowerState.Off, "service wait", node => node.DriverInternalInfo = """{"service_step_operation":"1"}""");
        var incomplete = await NodeAsync(null, PowerState.Off);
        Driver.Validate = node => throw new RpcException(new Status(StatusCode.InvalidArgument, $"{node} has no address"));
        var locked = await NodeAsync("power on", PowerState.Off);
        await using (await Conductor.Tasks.OpenExclusiveAsync(locked.Uuid, default))
            Assert.Equal(0, await SweepAsync());
        Assert.Empty(_reads);
        Assert.Equal(0, Sync.FailuresOf(incomplete.Uuid));
        Assert.Equal(1, await SweepAsync());
        await IdleAsync();
        // Once before it is switched, and once more under the lock.
        Assert.Equal([locked.Uuid, locked.Uuid], _reads);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_somebody_did_while_it_was_read_counts_more_than_what_was_read(bool force)
    {
        Settings.ForceState = force;
        var node = await NodeAsync("power off", PowerState.Off);
        Driver.ReadPower = async (uuid, _) =>
        {
            // Read, and switched on by a caller before the answer is there.
            await using var task = await Conductor.Tasks.OpenExclusiveAsync(uuid, default);
            task.Node.PowerState = "power on";
            await task.SaveAndReleaseAsync(default);
            return PowerState.On;
        };
        Assert.InRange(await SweepAsync(), 0, 1);
        await IdleAsync();
        var read = await Conductor.ReadAsync(node);
        Assert.Equal(("power on", 2, PowerState.Off), (read.PowerState, read.LockEpoch, _machines[node.Uuid]));
        Assert.Equal(["created"], await Conductor.EventsAsync(node));
    }

    [Fact]
    public async Task Machines_that_do_not_answer_hold_up_no_others()
    {
        (Settings.Concurrency, Settings.CallTimeout) = (4, TimeSpan.FromSeconds(1));
        var silent = new List<NodeRow>();
        for (var i = 0; i < 6; i++)
            silent.Add(await NodeAsync("power on", null));
        await SweepAsync();
        var well = new List<NodeRow>();
        for (var i = 0; i < 20; i++)
            well.Add(await NodeAsync("power on", PowerState.On));

        // From now on they do not even fail.
        Settings.CallTimeout = TimeSpan.FromMinutes(1);
        var gate = new TaskCompletionSource();
        _reads.Clear();
        Driver.ReadPower = async (uuid, _) =>
        {
            if (silent.Exists(node => node.Uuid == uuid))
                await gate.Task;
            return await ReadAsync(uuid);
        };
        var sweep = SweepAsync();
        await Eventually.ThatAsync(() => well.TrueForAll(node => _reads.Contains(node.Uuid)), Limit, "all that answer are read");
        Assert.False(sweep.IsCompleted);
        gate.SetResult();
        await sweep.WaitAsync(Limit);
        Assert.All(silent, node => Assert.Equal(2, Sync.FailuresOf(node.Uuid)));
    }

    [Fact]
    public async Task A_machine_that_takes_longer_than_it_may_has_failed()
    {
        Settings.CallTimeout = TimeSpan.FromMilliseconds(200);
        Driver.ReadPower = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return PowerState.On;
        };
        var node = await NodeAsync("power on", PowerState.On);
        await SweepAsync().WaitAsync(Limit);
        Assert.Equal(1, Sync.FailuresOf(node.Uuid));
    }

    [Fact]
    public async Task Every_node_is_read_once_and_no_more_at_a_time_than_may_be()
    {
        Settings.Concurrency = 7;
        var (running, most) = (0, 0);
        Driver.ReadPower = async (uuid, _) =>
        {
            lock (_reads)
                most = Math.Max(most, ++running);
            await Task.Yield();
            var state = await ReadAsync(uuid);
            lock (_reads)
                running--;
            return state;
        };
        var nodes = new List<NodeRow>();
        for (var i = 0; i < 2 * PowerNodes.PageSize + 50; i++)
            nodes.Add(await NodeAsync("power on", PowerState.On));
        var other = new ConductorStore(Storage.Database, new ConductorIdentity("other", "", "http://127.0.0.1:2"), Storage.Clock);
        await other.HeartbeatAsync(true, ["thing"], default);
        await Conductor.Membership.RefreshAsync(default);
        var own = nodes.Select(node => node.Uuid).Where(uuid => Conductor.Membership.FindConductor("thing", "", uuid) == "test-conductor").ToList();
        Assert.InRange(own.Count, 50, 400);

        await SweepAsync();

        Assert.Equal(own.Order(StringComparer.Ordinal), _reads.Order(StringComparer.Ordinal));
        Assert.InRange(most, 2, 7);
    }

    [Fact]
    public async Task A_node_whose_machine_answers_again_is_taken_back()
    {
        var node = await NodeAsync(null, null, change: Failed);
        var operators = await NodeAsync(null, PowerState.On, change: row => row.Maintenance = true);
        var enrolled = await NodeAsync(null, PowerState.On, "enroll", Failed);
        Assert.Equal(0, await RecoverAsync());
        Assert.Equal((true, "power failure"), await StateAsync(node));
        Assert.Equal(0, (await Conductor.ReadAsync(node)).LockEpoch);

        _machines[node.Uuid] = PowerState.On;
        Assert.Equal(1, await RecoverAsync());

        var read = await Conductor.ReadAsync(node);
        Assert.Equal((false, null, null, "power on"), (read.Maintenance, read.MaintenanceReason, read.Fault, read.PowerState));
        Assert.Equal(["created", "power_state_corrected", "maintenance"], await Conductor.EventsAsync(node));
        Assert.Equal((true, null), await StateAsync(operators));
        Assert.Equal((true, "power failure"), await StateAsync(enrolled));

        static void Failed(NodeRow node) => (node.Maintenance, node.MaintenanceReason, node.Fault) = (true, "no answer", "power failure");

        async Task<(bool, string?)> StateAsync(NodeRow row)
        {
            var now = await Conductor.ReadAsync(row);
            return (now.Maintenance, now.Fault);
        }
    }

    private PowerSync Sync => Conductor.Services.GetRequiredService<PowerSync>();

    private Task<int> SweepAsync() => Sync.SweepAsync(default);

    private Task<int> RecoverAsync() => Conductor.Services.GetRequiredService<PowerRecovery>().SweepAsync(default);

    private Task<PowerState> ReadAsync(string node)
    {
        _reads.Enqueue(node);
        return _machines.TryGetValue(node, out var state) ? Task.FromResult(state) : throw new RpcException(new Status(StatusCode.Internal, "no answer"));
    }

    /// <param name="machine">What the machine says; null: nothing.</param>
    private async Task<NodeRow> NodeAsync(string? recorded, PowerState? machine, string state = "active", Action<NodeRow>? change = null)
    {
        var node = await Conductor.InsertNodeAsync(node =>
        {
            (node.Driver, node.ProvisionState, node.PowerInterface, node.PowerState) = ("thing", state, "thing", recorded);
            change?.Invoke(node);
        });
        if (machine is { } actual)
            _machines[node.Uuid] = actual;
        return node;
    }

    private async Task AssertGivenUpAsync(NodeRow node, string? stored)
    {
        var read = await Conductor.ReadAsync(node);
        Assert.Equal((stored, true, "power failure", null), (read.PowerState, read.Maintenance, read.Fault, read.Reservation));
        Assert.Contains($"{Settings.MaxRetries + 1} times", read.LastError, StringComparison.Ordinal);
        Assert.Equal(read.LastError, read.MaintenanceReason);
        var history = await new NodeHistoryStore(Storage.Database).ListAsync(node.Uuid, new PageQuery { Limit = 10 }, default);
        Assert.Contains(history!, entry => entry.Message == read.LastError && entry.Severity == "ERROR");
        Assert.Equal(["power_state_corrected", "monitoring", "maintenance"], (await Conductor.EventsAsync(node)).TakeLast(3));
    }
}
