using System.Collections.Concurrent;
using Grpc.Core;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Periodic;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Drivers;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Conductor.Tests.Periodic;

public sealed class SqliteConsoleRestartTests : ConsoleRestartTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresConsoleRestartTests(PostgresFixture postgres) : ConsoleRestartTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>Consoles that are on, and driver processes that do not know it.</summary>
public abstract class ConsoleRestartTests : PlayedDriverTests
{
    private readonly ConcurrentQueue<string> _calls = new();

    private protected override void Play(TestDriver driver)
    {
        driver.Offer(InterfaceType.Console);
        driver.SwitchConsole = (node, on) => _calls.Enqueue($"{(on ? "start" : "stop")} {node}");
    }

    [Fact]
    public async Task Consoles_that_are_on_are_started_once_for_each_start_of_their_driver()
    {
        var on = await NodeAsync(console: true);
        await NodeAsync(console: false);

        Assert.Equal(1, await SweepAsync());
        Assert.Equal(0, await SweepAsync());
        Assert.Equal([$"start {on.Uuid}"], _calls);
        var read = await Conductor.ReadAsync(on);
        Assert.Equal((true, null, null, 1), (read.ConsoleEnabled, read.Reservation, read.LastError, read.LockEpoch));

        await RestartDriverAsync();
        Assert.Equal(1, await SweepAsync());
        Assert.Equal([$"start {on.Uuid}", $"start {on.Uuid}"], _calls);
    }

    [Fact]
    public async Task What_fails_is_tried_again_with_the_next_turn()
    {
        var node = await NodeAsync(console: true);
        var other = await NodeAsync(console: true);
        Driver.SwitchConsole = (uuid, _) =>
        {
            _calls.Enqueue($"start {uuid}");
            if (uuid == node.Uuid && _calls.Count(call => call.EndsWith(uuid, StringComparison.Ordinal)) == 1)
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "the port is in use"));
        };

        await SweepAsync();
        await SweepAsync();
        await SweepAsync();

        Assert.Equal(new[] { node.Uuid, node.Uuid, other.Uuid }.Order(StringComparer.Ordinal), _calls.Select(call => call[6..]).Order(StringComparer.Ordinal));
        Assert.True((await Conductor.ReadAsync(node)).ConsoleEnabled);
    }

    [Fact]
    public async Task A_node_that_somebody_has_is_left_for_later()
    {
        var node = await NodeAsync(console: true);
        await using (await Conductor.Tasks.OpenExclusiveAsync(node.Uuid, default))
            Assert.Equal(0, await SweepAsync());

        Assert.Equal(1, await SweepAsync());
    }

    [Fact]
    public async Task A_node_without_a_console_is_not_asked_about_again()
    {
        await NodeAsync(console: true, change: node => node.ConsoleInterface = "no-console");
        await NodeAsync(console: true, change: node => node.Driver = "gone");

        Assert.Equal(0, await SweepAsync());
        Assert.Equal(0, await SweepAsync());

        Assert.Empty(_calls);
    }

    [Fact]
    public async Task A_node_that_is_deleted_leaves_no_console()
    {
        var node = await NodeAsync(console: true);
        var stubborn = await NodeAsync(console: true);
        var without = await NodeAsync(console: false);
        var switched = Driver.SwitchConsole;
        Driver.SwitchConsole = (uuid, on) =>
        {
            switched(uuid, on);
            if (uuid == stubborn.Uuid)
                throw new RpcException(new Status(StatusCode.FailedPrecondition, "the controller does not answer"));
        };
        var removal = ActivatorUtilities.CreateInstance<NodeRemoval>(Conductor.Services);

        foreach (var deleted in new[] { node, stubborn, without })
            await removal.DeleteAsync(deleted.Uuid, default);

        Assert.Equal([$"stop {node.Uuid}", $"stop {stubborn.Uuid}"], _calls.Distinct());
        Assert.Null(await Storage.Nodes.FindByUuidAsync(stubborn.Uuid, default));
    }

    private Task<int> SweepAsync() => Conductor.Services.GetRequiredService<ConsoleRestarts>().SweepAsync(default);

    private Task<NodeRow> NodeAsync(bool console, Action<NodeRow>? change = null) => Conductor.InsertNodeAsync(node =>
    {
        (node.Driver, node.PowerInterface, node.ConsoleInterface, node.ConsoleEnabled) = ("thing", "thing", "thing", console);
        change?.Invoke(node);
    });

    private async Task RestartDriverAsync()
    {
        Driver.Info.InstanceId = Guid.NewGuid().ToString();
        await RegisterAsync();
    }
}
