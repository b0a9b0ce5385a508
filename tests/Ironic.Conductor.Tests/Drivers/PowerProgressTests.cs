using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Ramdisks;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;
using PowerState = Ironic.Driver.V1.PowerState;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>What a driver says of a power action while it runs.</summary>
public sealed class PowerProgressTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private TestDriver _driver = null!;
    private DriverCalls _calls = null!;
    private NodeRow _node = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _conductor = new TestConductor("test-conductor", _storage, new InProcessLockManager(TimeProvider.System));
        _driver = await TestDriver.StartAsync();
        await _driver.RegisterAsync(_storage.Drivers, _storage.Clock);
        await _conductor.Membership.BeatAsync(true, default);
        var power = new BuiltInPower(Options.Create(new RamdiskOptions()), _storage.Clock);
        _calls = new DriverCalls(new BuiltInValidation(_storage.Ports, power), power, Options.Create(new DriverOptions()), TimeProvider.System);
        _node = await _conductor.InsertNodeAsync(node =>
        {
            node.Driver = "thing";
            node.PowerInterface = "thing";
            node.DriverInternalInfo = """{"kept":12345678901234567890,"gone":1}""";
        });
    }

    public async Task DisposeAsync()
    {
        await _driver.DisposeAsync();
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task Changes_to_driver_internal_info_are_stored_while_the_action_runs_and_alone()
    {
        await using var task = await OpenAsync();
        task.Node.LastError = "of the caller, who has not saved it yet";
        var action = _calls.SetPowerStateAsync(task, PowerTarget.On, null, default);
        Send(1, """{"session":"s-1","gone":null}""");

        const string Expected = """{"kept":12345678901234567890,"session":"s-1"}""";
        await Eventually.ThatAsync(async () => (await StoredAsync()).DriverInternalInfo == Expected, Limit, "the changes are stored");
        Assert.False(action.IsCompleted);
        Assert.Null((await StoredAsync()).LastError);

        Send(2, """{"session":"s-2"}""", completed: true);
        Assert.Equal(PowerState.On, await action.WaitAsync(Limit));
        Assert.Equal("""{"kept":12345678901234567890,"session":"s-2"}""", (await StoredAsync()).DriverInternalInfo);
        await task.SaveAndReleaseAsync(default);
        var saved = await StoredAsync();
        Assert.Equal(("""{"kept":12345678901234567890,"session":"s-2"}""", "of the caller, who has not saved it yet"), (saved.DriverInternalInfo, saved.LastError));
    }

    [Fact]
    public async Task What_was_stored_stays_when_the_action_fails()
    {
        await using var task = await OpenAsync();
        var action = _calls.SetPowerStateAsync(task, PowerTarget.On, null, default);
        Send(1, """{"session":"s-1"}""");
        _driver.PowerMessages.Writer.Complete();

        var failure = await Assert.ThrowsAsync<IronicException>(() => action.WaitAsync(Limit));
        Assert.Equal(ErrorReason.DriverFailure, failure.Reason);
        Assert.Equal("""{"kept":12345678901234567890,"gone":1,"session":"s-1"}""", (await StoredAsync()).DriverInternalInfo);
    }

    [Fact]
    public async Task A_conductor_that_lost_the_node_stores_nothing_more()
    {
        await using var task = await OpenAsync();
        var action = _calls.SetPowerStateAsync(task, PowerTarget.On, null, default);
        await using (var write = await _storage.Database.OpenWriterAsync(default))
            await Dapper.SqlMapper.ExecuteAsync(write.Connection, "UPDATE node_locks SET epoch = epoch + 1, reservation = 'another' WHERE node_id = @Id", new { _node.Id });
        Send(1, """{"session":"s-1"}""");

        var failure = await Assert.ThrowsAsync<IronicException>(() => action.WaitAsync(Limit));
        Assert.Equal(ErrorReason.LockLost, failure.Reason);
        Assert.Equal(_node.DriverInternalInfo, (await StoredAsync()).DriverInternalInfo);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("""{"session": """)]
    [InlineData("""{"session": 1, "session": 2}""")]
    public async Task Changes_that_are_no_object_are_a_defect_of_the_driver(string text)
    {
        await using var task = await OpenAsync();
        var action = _calls.SetPowerStateAsync(task, PowerTarget.On, null, default);
        Send(1, text);

        var failure = await Assert.ThrowsAsync<IronicException>(() => action.WaitAsync(Limit));
        Assert.Equal(ErrorReason.DriverFailure, failure.Reason);
        Assert.Contains("driver_internal_info", failure.Message, StringComparison.Ordinal);
        Assert.Equal(_node.DriverInternalInfo, (await StoredAsync()).DriverInternalInfo);
    }

    private async Task<NodeTask> OpenAsync()
    {
        var task = await _conductor.Tasks.OpenExclusiveAsync(_node.Uuid, default);
        await task.LoadDriverAsync(default);
        return task;
    }

    private Task<NodeRow> StoredAsync() => _conductor.ReadAsync(_node);

    private void Send(ulong sequence, string changes, bool completed = false)
    {
        var progress = new Progress { Sequence = sequence, DriverInternalInfo = new Json { Text = changes }, Completed = completed };
        Assert.True(_driver.PowerMessages.Writer.TryWrite(new SetPowerStateResponse { Progress = progress, State = completed ? PowerState.On : PowerState.Unspecified }));
        if (completed)
            _driver.PowerMessages.Writer.Complete();
    }
}
