using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.NodeRecords;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.NodeRecords;

public sealed class SqliteNodeRecordTests : NodeRecordTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresNodeRecordTests(PostgresFixture postgres) : NodeRecordTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class NodeRecordTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private TestConductor _conductor = null!;
    private NodeRow _node = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    private NodeHistory History => new(_conductor.Tasks, new NodeHistoryStore(_storage.Database), Options.Create(new ListOptions { MaxLimit = 5 }));

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _conductor = new TestConductor("me", _storage, new InProcessLockManager(TimeProvider.System));
        _node = await _conductor.InsertNodeAsync(n => n.Name = "n");
    }

    public async Task DisposeAsync()
    {
        await _conductor.DisposeAsync();
        await _storage.DisposeAsync();
    }

    [Fact]
    public async Task The_history_has_what_went_wrong_and_what_is_marked()
    {
        Assert.Empty((await ListAsync()).History);
        await ChangeAsync(n => (n.ProvisionState, n.TargetProvisionState, n.ProvisionUpdatedAt) = ("cleaning", "available", _storage.Clock.UtcNow - TimeSpan.FromSeconds(90)), new JournalEntry("updated"));
        await ChangeAsync(
            n => n.ProvisionState = "clean failed",
            new JournalEntry("provision_state") { FromState = "cleaning" },
            new JournalEntry("cleaning", "it broke") { Severity = "ERROR" },
            new JournalEntry("clean_end", "over") { IsHistory = true });
        var events = (await ListAsync()).History;
        Assert.Equal([("cleaning", "ERROR", "it broke"), ("clean_end", "INFO", "over")], events.Select(e => (e.EventType, e.Severity, e.Event)));
        var failure = events[0];
        Assert.Equal(("test-conductor", "cleaning", "available", _node.Uuid), (failure.Conductor, failure.State, failure.TargetProvisionState, failure.NodeUuid));
        Assert.InRange(failure.DurationSeconds, 90, 3600);
        Assert.False(failure.HasUser);
        Assert.Equal(failure, await History.GetAsync("n", failure.Uuid, default));
    }

    [Fact]
    public async Task The_history_is_paged_and_sorted_within_the_node()
    {
        var other = await _conductor.InsertNodeAsync();
        for (var i = 0; i < 7; i++)
            await ChangeAsync(n => n.LastError = $"{i}", new JournalEntry("verify", $"{6 - i}") { Severity = "ERROR" });
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync(other.Uuid, default))
            await task.SaveAndReleaseAsync(default, new JournalEntry("verify", "other") { Severity = "ERROR" });
        var first = await ListAsync();
        Assert.Equal(["6", "5", "4", "3", "2"], first.History.Select(e => e.Event));
        Assert.Equal(["1", "0"], (await ListAsync(new ListNodeHistoryRequest { Marker = first.NextMarker })).History.Select(e => e.Event));
        Assert.Equal(["0", "1"], (await ListAsync(new ListNodeHistoryRequest { SortKey = "event", Limit = 2 })).History.Select(e => e.Event));
        Assert.Equal(["0", "1"], (await ListAsync(new ListNodeHistoryRequest { SortDir = "desc", Limit = 2 })).History.Select(e => e.Event));
        foreach (var key in new[] { "nosuch", "node_uuid", "id;" })
            await RefusedAsync(ErrorReason.InvalidParameterValue, () => ListAsync(new ListNodeHistoryRequest { SortKey = key }));

        // What is another node's is not there.
        var foreign = (await History.ListAsync(new ListNodeHistoryRequest { Node = other.Uuid }, default)).History.Single();
        await RefusedAsync(ErrorReason.NodeHistoryNotFound, () => History.GetAsync("n", foreign.Uuid, default));
        await RefusedAsync(ErrorReason.NodeHistoryNotFound, () => ListAsync(new ListNodeHistoryRequest { Marker = foreign.Uuid }));
        await RefusedAsync(ErrorReason.NodeHistoryNotFound, () => History.GetAsync("n", "x", default));
        await RefusedAsync(ErrorReason.NodeNotFound, () => History.ListAsync(new ListNodeHistoryRequest { Node = "nosuch" }, default));
    }

    [Fact]
    public async Task A_new_node_has_nothing_of_an_old_one_of_the_same_uuid()
    {
        await ChangeAsync(n => n.LastError = "x", new JournalEntry("verify", "old") { Severity = "ERROR" });
        await using (var task = await _conductor.Tasks.OpenExclusiveAsync("n", default))
            await task.DeleteAsync(new JournalEntry("deleted"), default);
        _node = await _conductor.InsertNodeAsync(n => (n.Uuid, n.Name) = (_node.Uuid, "n"));
        Assert.Empty((await ListAsync()).History);
        Assert.Equal(["created", "verify", "deleted", "created"], await _conductor.EventsAsync(_node));
    }

    [Fact]
    public async Task A_text_that_is_too_long_loses_its_middle()
    {
        await ChangeAsync(n => n.LastError = "x", new JournalEntry("verify", "begin" + new string('ż', 50_000) + "end") { Severity = "ERROR" });
        var text = (await ListAsync()).History.Single().Event;
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(text), 65_000, 65_535);
        Assert.StartsWith("beginż", text, StringComparison.Ordinal);
        Assert.EndsWith("żend", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', text);
    }

    [Fact]
    public async Task Bios_settings_become_what_was_read()
    {
        var store = new BiosSettingStore(_storage.Database, _storage.Clock);
        var bios = new NodeBios(_conductor.Tasks, store);
        BiosSettingRow[] read =
        [
            new() { Name = "ProcTurbo", Value = "on", AttributeType = "Enumeration", AllowableValues = """["on","off"]""", ReadOnly = false, IsUnique = true },
            new() { Name = "NumCores", Value = "4", LowerBound = -1, UpperBound = 12_345_678_901, MaxLength = 3, MinLength = 0, ResetRequired = true },
            new() { Name = "Null" },
        ];
        await SyncAsync(write => store.SyncAsync(write, _node.Id, read));
        var settings = (await bios.ListAsync("n", default)).ToList();
        Assert.Equal(["Null", "NumCores", "ProcTurbo"], settings.Select(s => s.Name));
        Assert.False(settings[0].HasValue);
        Assert.Equal((-1, 12_345_678_901, 3, 0, true), (settings[1].LowerBound, settings[1].UpperBound, settings[1].MaxLength, settings[1].MinLength, settings[1].ResetRequired));
        Assert.Equal(["on", "off"], settings[2].AllowableValues);
        Assert.All(settings, s => Assert.Null(s.UpdatedAt));

        await SyncAsync(write => store.SyncAsync(write, _node.Id, [read[0] with { Value = "off" }, read[2]]));
        var after = (await bios.ListAsync("n", default)).ToList();
        Assert.Equal(["Null", "ProcTurbo"], after.Select(s => s.Name));
        Assert.Equal(settings[0], after[0]);
        Assert.Equal(("off", true), (after[1].Value, after[1].UpdatedAt is not null));
        Assert.Equal(settings[2].CreatedAt, after[1].CreatedAt);

        Assert.Equal("ProcTurbo", (await bios.GetAsync("n", "procturbo", default)).Name);
        await RefusedAsync(ErrorReason.BiosSettingNotFound, () => bios.GetAsync("n", "NumCores", default));
        await RefusedAsync(ErrorReason.NodeNotFound, () => bios.GetAsync("nosuch", "NumCores", default));
    }

    [Fact]
    public async Task Firmware_keeps_its_first_version()
    {
        var store = new FirmwareStore(_storage.Database, _storage.Clock);
        var firmware = new NodeFirmware(_conductor.Tasks, store);
        var bmc = new FirmwareRow { Component = "bmc", InitialVersion = "1", CurrentVersion = "1", Vendor = "v", Model = "m", SerialNumber = "s" };
        await SyncAsync(write => store.SyncAsync(write, _node.Id, [bmc, new FirmwareRow { Component = "bios", InitialVersion = "a" }]));
        await SyncAsync(write => store.SyncAsync(write, _node.Id, [bmc with { InitialVersion = "2", CurrentVersion = "2", LastVersionFlashed = "2" }]));
        var component = Assert.Single(await firmware.ListAsync("n", default));
        Assert.Equal(("bmc", "1", "2", "2", "v", "m", "s"), (component.Component, component.InitialVersion, component.CurrentVersion, component.LastVersionFlashed, component.Vendor, component.Model, component.SerialNumber));
        Assert.NotNull(component.UpdatedAt);
    }

    [Fact]
    public async Task An_inventory_is_stored_with_the_node()
    {
        var store = new NodeInventoryStore(_storage.Database, _storage.Clock);
        var inventories = new NodeInventories(_conductor.Tasks, store);
        await RefusedAsync(ErrorReason.NodeInventoryNotFound, () => inventories.GetAsync("n", default));
        await SyncAsync(write => store.PutAsync(write, _node.Id, new NodeInventory("{}", "{}")));
        await SyncAsync(write => store.PutAsync(write, _node.Id, new NodeInventory("""{"big": 12345678901234567890}""", """{"p": 1e3}""")));
        Assert.Equal(new NodeInventory("""{"big": 12345678901234567890}""", """{"p": 1e3}"""), await inventories.GetAsync("n", default));
    }

    [Fact]
    public async Task Children_are_listed_in_the_order_of_their_creation()
    {
        var (b, a) = (await _conductor.InsertNodeAsync(n => n.ParentNode = _node.Uuid), await _conductor.InsertNodeAsync(n => n.ParentNode = _node.Uuid));
        Assert.Equal([b.Uuid, a.Uuid], await _storage.Nodes.ListChildrenAsync(_node.Uuid, default));
        Assert.Empty(await _storage.Nodes.ListChildrenAsync(a.Uuid, default));
    }

    private static async Task RefusedAsync(ErrorReason reason, Func<Task> action) => Assert.Equal(reason, (await Assert.ThrowsAsync<IronicException>(action)).Reason);

    private Task<ListNodeHistoryResponse> ListAsync(ListNodeHistoryRequest? request = null)
    {
        request ??= new ListNodeHistoryRequest();
        request.Node = "n";
        return History.ListAsync(request, default);
    }

    private async Task ChangeAsync(Action<NodeRow> change, params JournalEntry[] entries)
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        change(task.Node);
        await task.SaveAndReleaseAsync(default, entries);
    }

    private async Task SyncAsync(Func<WriteTransaction, Task> also)
    {
        await using var task = await _conductor.Tasks.OpenExclusiveAsync("n", default);
        await task.SaveAndReleaseAsync(also, default);
    }
}
