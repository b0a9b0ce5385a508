using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Requests;
using Ironic.Testing;
using static Ironic.Conductor.Tests.Ports.TestPorts;

namespace Ironic.Conductor.Tests.Ports;

public sealed class SqlitePortgroupTests : PortgroupTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresPortgroupTests(PostgresFixture postgres) : PortgroupTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class PortgroupTests : IAsyncLifetime
{
    private TestPorts _ports = null!;
    private NodeRow _node = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    public async Task InitializeAsync()
    {
        _ports = new TestPorts(await OpenAsync());
        _node = await _ports.Conductor.InsertNodeAsync(n => n.Name = "n");
    }

    public async Task DisposeAsync() => await _ports.DisposeAsync();

    [Fact]
    public async Task A_new_port_group_has_what_was_said_and_the_defaults()
    {
        var plain = await _ports.CreatePortgroupAsync(_node);
        Assert.Equal(("active-backup", true, null, null), (plain.Mode, plain.StandalonePortsSupported, plain.Name, plain.Address));
        var full = await _ports.CreatePortgroupAsync(_node, g => (g.Name, g.Address, g.Mode) = ("bond0", "52:54:00:AA:00:00", "802.3ad"));
        Assert.Equal("52:54:00:aa:00:00", full.Address);
        Assert.Equivalent(full, await _ports.PortgroupLists.FindAsync("bond0", default), strict: true);
        Assert.Equal(["created", "portgroup_created", "portgroup_created"], await _ports.Conductor.EventsAsync(_node));

        await RefusedAsync(ErrorReason.DuplicateName, () => _ports.CreatePortgroupAsync(_node, g => g.Name = "bond0"));
        await RefusedAsync(ErrorReason.MacAlreadyExists, () => _ports.CreatePortgroupAsync(_node, g => g.Address = "52:54:00:aa:00:00"));
        await RefusedAsync(ErrorReason.PortgroupAlreadyExists, () => _ports.CreatePortgroupAsync(_node, g => g.Uuid = full.Uuid));
        await RefusedAsync(ErrorReason.InvalidName, () => _ports.CreatePortgroupAsync(_node, g => g.Name = "a b"));
        await RefusedAsync(ErrorReason.InvalidUuid, () => _ports.CreatePortgroupAsync(_node, g => g.NodeUuid = "n"));
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _ports.CreatePortgroupAsync(_node, g => g.NodeUuid = Guid.NewGuid().ToString()));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node, g => (g.Name, g.StandalonePortsSupported) = ("bond0", false));
        var changed = await _ports.PatchAsync(
            portgroup, Remove("/name"), Replace("/mode", "\"802.3ad\""), Replace("/properties", """{"miimon": 100}"""), Remove("/standalone_ports_supported"));
        Assert.Equal((null, "802.3ad", """{"miimon":100}""", true), (changed.Name, changed.Mode, changed.Properties, changed.StandalonePortsSupported));
        Assert.Equivalent(changed, await _ports.PortgroupLists.FindAsync(portgroup.Uuid, default), strict: true);
        Assert.Null((await _ports.Conductor.ReadAsync(_node)).Reservation);

        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(portgroup, Remove("/mode")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(portgroup, Remove("/node_uuid")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(portgroup, Replace("/dynamic_portgroup", "true")));
        await RefusedAsync(ErrorReason.InvalidName, () => _ports.PatchAsync(portgroup, Replace("/name", "\"a b\"")));
        await RefusedAsync(ErrorReason.NotAcceptable, () => _ports.PortgroupUpdate.PatchAsync(portgroup.Uuid, [Replace("/mode", "\"x\"")], new Microversion(25), default));
        await using var held = await _ports.Conductor.Tasks.OpenExclusiveAsync("n", default);
        await RefusedAsync(ErrorReason.NodeLocked, () => _ports.PatchAsync(portgroup, Remove("/name")));
        await RefusedAsync(ErrorReason.NodeLocked, () => _ports.PortgroupUpdate.DeleteAsync(portgroup.Uuid, default));
    }

    [Fact]
    public async Task A_port_group_with_ports_neither_goes_nor_moves()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node, g => g.Name = "bond0");
        var port = await _ports.CreateAsync(_node, p => p.PortgroupUuid = portgroup.Uuid);
        var target = await _ports.Conductor.InsertNodeAsync();
        var busy = await _ports.Conductor.InsertNodeAsync(n => n.ProvisionState = "active");
        await RefusedAsync(ErrorReason.PortgroupNotEmpty, () => _ports.PortgroupUpdate.DeleteAsync("bond0", default));
        await RefusedAsync(ErrorReason.PortgroupNotEmpty, () => _ports.PatchAsync(portgroup, Replace("/node_uuid", $"\"{target.Uuid}\"")));
        await _ports.Update.DeleteAsync(port.Uuid, default);
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.PatchAsync(portgroup, Replace("/node_uuid", $"\"{busy.Uuid}\"")));
        Assert.Null((await _ports.Conductor.ReadAsync(busy)).Reservation);
        Assert.Equal(target.Uuid, (await _ports.PatchAsync(portgroup, Replace("/node_uuid", $"\"{target.Uuid}\""))).NodeUuid);
        await _ports.PortgroupUpdate.DeleteAsync("bond0", default);
        await RefusedAsync(ErrorReason.PortgroupNotFound, () => _ports.PortgroupUpdate.DeleteAsync("bond0", default));
    }

    [Fact]
    public async Task Filters_that_contradict_each_other_are_refused_since_there_are_many()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node, g => g.Address = "52:54:00:aa:00:00");
        var other = await _ports.CreatePortgroupAsync(_node);
        var request = new ListPortgroupsRequest { Node = "n", Address = portgroup.Address };
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.PortgroupLists.ListAsync(request, new Microversion(99), default));
        // Older microversions look at the node alone.
        Assert.Equal([portgroup.Uuid, other.Uuid], (await _ports.PortgroupLists.ListAsync(request, new Microversion(98), default)).Portgroups.Select(g => g.Uuid));
        Assert.Equal(
            [portgroup.Uuid],
            (await _ports.PortgroupLists.ListAsync(new ListPortgroupsRequest { Address = "52:54:00:AA:00:00" }, Microversion.Newest, default)).Portgroups.Select(g => g.Uuid));
    }
}
