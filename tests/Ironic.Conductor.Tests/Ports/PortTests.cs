using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Requests;
using Ironic.Testing;
using Ironic.Types.V1;
using static Ironic.Conductor.Tests.Ports.TestPorts;

namespace Ironic.Conductor.Tests.Ports;

public sealed class SqlitePortTests : PortTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresPortTests(PostgresFixture postgres) : PortTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class PortTests : IAsyncLifetime
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
    public async Task A_new_port_has_what_was_said_and_the_defaults()
    {
        var plain = await _ports.CreateAsync(_node, p => p.Address = "52:54:00:AA:BB:CC");
        Assert.Equal(("52:54:00:aa:bb:cc", true, false, true), (plain.Address, plain.PxeEnabled, plain.IsSmartnic, plain.AvailableForDynamicPortgroup));
        Assert.Equal(["created", "port_created"], await _ports.Conductor.EventsAsync(_node));

        var byName = await _ports.CreateAsync(_node, p => (p.NodeUuid, p.NodeIdent, p.Name, p.PxeEnabled) = ("", "n", "eth0", false));
        Assert.Equal((_node.Uuid, false), (byName.NodeUuid, byName.PxeEnabled));
        Assert.Equal(byName.Uuid, (await _ports.Lists.FindAsync("eth0", default)).Uuid);
        Assert.Equal(byName.Uuid, (await _ports.Lists.FindAsync(byName.Uuid.ToUpperInvariant(), default)).Uuid);
        await RefusedAsync(ErrorReason.PortNotFound, () => _ports.Lists.FindAsync("eth9", default));
    }

    [Fact]
    public async Task A_new_port_that_cannot_be_is_refused()
    {
        var first = await _ports.CreateAsync(_node, p => p.Name = "eth0");
        var portgroup = await _ports.CreatePortgroupAsync(_node);
        var other = await _ports.Conductor.InsertNodeAsync();
        await RefusedAsync(ErrorReason.MacAlreadyExists, () => _ports.CreateAsync(other, p => p.Address = first.Address.ToUpperInvariant()));
        await RefusedAsync(ErrorReason.DuplicateName, () => _ports.CreateAsync(_node, p => p.Name = "eth0"));
        await RefusedAsync(ErrorReason.PortAlreadyExists, () => _ports.CreateAsync(_node, p => p.Uuid = first.Uuid));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(_node, p => p.Address = "52-54-00-00-00-01"));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(_node, p => p.PhysicalNetwork = ""));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(_node, p => p.NodeUuid = ""));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(_node, p => p.NodeIdent = "n"));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(_node, p => (p.IsSmartnic, p.LocalLinkConnection) = (true, new Json { Text = """{"port_id": "1", "switch_id": "0a:1b:2c:3d:4e:5f"}""" })));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.CreateAsync(other, p => p.PortgroupUuid = portgroup.Uuid));
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _ports.CreateAsync(_node, p => p.NodeUuid = Guid.NewGuid().ToString()));
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _ports.CreateAsync(_node, p => p.PortgroupUuid = Guid.NewGuid().ToString()));
        await RefusedAsync(ErrorReason.InvalidUuid, () => _ports.CreateAsync(_node, p => p.NodeUuid = "n"));
    }

    [Fact]
    public async Task A_locked_node_gets_ports_and_keeps_those_that_it_has()
    {
        var port = await _ports.CreateAsync(_node);
        await using var held = await _ports.Conductor.Tasks.OpenExclusiveAsync("n", default);
        await _ports.CreateAsync(_node);
        await RefusedAsync(ErrorReason.NodeLocked, () => _ports.PatchAsync(port, Remove("/extra")));
        await RefusedAsync(ErrorReason.NodeLocked, () => _ports.Update.DeleteAsync(port.Uuid, default));
    }

    [Fact]
    public async Task A_patch_changes_what_it_names()
    {
        var port = await _ports.CreateAsync(_node, p => (p.Name, p.PhysicalNetwork, p.PxeEnabled) = ("eth0", "net1", false));
        var changed = await _ports.PatchAsync(
            port, Replace("/address", "\"52:54:00:AA:00:00\""), Replace("/extra", """{"a": 1}"""), Remove("/name"), Remove("/physical_network"), Remove("/pxe_enabled"));
        Assert.Equal(("52:54:00:aa:00:00", """{"a":1}""", null, null, true), (changed.Address, changed.Extra, changed.Name, changed.PhysicalNetwork, changed.PxeEnabled));
        Assert.NotNull(changed.UpdatedAt);
        Assert.Equivalent(changed, await _ports.Lists.FindAsync(port.Uuid, default), strict: true);
        Assert.Null((await _ports.Conductor.ReadAsync(_node)).Reservation);
        Assert.Equal(["created", "port_created", "port_updated"], await _ports.Conductor.EventsAsync(_node));

        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Remove("/address")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Remove("/node_uuid")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Remove("/available_for_dynamic_portgroup")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Replace("/available_for_dynamic_portgroup", "\"yes\"")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Replace("/internal_info", "{}")));
        await RefusedAsync(ErrorReason.PatchError, () => _ports.PatchAsync(port, Replace("/node_ident", "\"n\"")));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.PatchAsync(port, Replace("/physical_network", "\"\"")));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.PatchAsync(port, Replace("/local_link_connection", """{"port_id": "1"}""")));
        var twin = await _ports.CreateAsync(_node);
        await RefusedAsync(ErrorReason.MacAlreadyExists, () => _ports.PatchAsync(port, Replace("/address", $"\"{twin.Address}\"")));
        Assert.Equivalent(changed, await _ports.Lists.FindAsync(port.Uuid, default), strict: true);
    }

    [Theory]
    [InlineData("enroll", false, true)]
    [InlineData("manageable", false, true)]
    [InlineData("inspect wait", false, true)]
    [InlineData("available", false, false)]
    [InlineData("active", false, false)]
    [InlineData("active", true, true)]
    public async Task How_a_port_is_connected_changes_only_in_some_states(string state, bool maintenance, bool allowed)
    {
        var node = await _ports.Conductor.InsertNodeAsync(n => (n.ProvisionState, n.Maintenance) = (state, maintenance));
        var portgroup = await _ports.CreatePortgroupAsync(node);
        var port = await _ports.CreateAsync(node);
        foreach (var operation in new[]
        {
            Replace("/pxe_enabled", "false"), Replace("/physical_network", "\"net1\""), Replace("/local_link_connection", """{"port_id": "1", "hostname": "h"}"""),
            Replace("/portgroup_uuid", $"\"{portgroup.Uuid}\""),
        })
        {
            if (allowed)
                await _ports.PatchAsync(port, operation);
            else
                await RefusedAsync(ErrorReason.InvalidState, () => _ports.PatchAsync(port, operation));
        }

        await _ports.PatchAsync(port, Replace("/extra", "{}"), Replace("/description", "\"d\""));
    }

    [Fact]
    public async Task The_address_of_a_port_in_use_stays()
    {
        var active = await _ports.Conductor.InsertNodeAsync(n => n.ProvisionState = "active");
        var port = await _ports.CreateAsync(active);
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.PatchAsync(port, Replace("/address", "\"52:54:00:aa:00:01\"")));
        var claimed = await _ports.Conductor.InsertNodeAsync(n => n.InstanceUuid = Guid.NewGuid().ToString());
        var other = await _ports.CreateAsync(claimed);
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.PatchAsync(other, Replace("/address", "\"52:54:00:aa:00:01\"")));
    }

    [Fact]
    public async Task Ports_stay_as_they_are_while_inspection_looks_at_them()
    {
        var node = await _ports.Conductor.InsertNodeAsync(n => n.ProvisionState = "inspecting");
        var port = await _ports.CreateAsync(node);
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.Update.PatchAsync(port.Uuid, [Remove("/extra")], new Microversion(39), default));
        await _ports.Update.PatchAsync(port.Uuid, [Remove("/extra")], new Microversion(38), default);
    }

    [Fact]
    public async Task The_ports_of_a_port_group_are_on_one_physical_network()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node, g => g.PhysicalNetwork = "net1");
        await RefusedAsync(ErrorReason.PortgroupConflict, () => _ports.CreateAsync(_node, p => p.PortgroupUuid = portgroup.Uuid));
        var member = await _ports.CreateAsync(_node, p => (p.PortgroupUuid, p.PhysicalNetwork) = (portgroup.Uuid, "net1"));
        var other = await _ports.CreateAsync(_node, p => p.PhysicalNetwork = "net2");
        await RefusedAsync(ErrorReason.PortgroupConflict, () => _ports.PatchAsync(other, Replace("/portgroup_uuid", $"\"{portgroup.Uuid}\"")));
        await _ports.PatchAsync(other, Replace("/physical_network", "\"net1\""), Remove("/extra"));
        await _ports.PatchAsync(other, Replace("/portgroup_uuid", $"\"{portgroup.Uuid}\""));
        // The network is the port group's, from the microversion on that has it there.
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.PatchAsync(member, Replace("/physical_network", "\"net2\"")));
        await RefusedAsync(ErrorReason.PortgroupConflict, () => _ports.Update.PatchAsync(member.Uuid, [Replace("/physical_network", "\"net2\"")], new Microversion(101), default));

        await _ports.PatchAsync(portgroup, Replace("/physical_network", "\"net3\""));
        foreach (var port in new[] { member, other })
            Assert.Equal("net3", (await _ports.Lists.FindAsync(port.Uuid, default)).PhysicalNetwork);
    }

    [Fact]
    public async Task A_member_of_a_port_group_without_standalone_ports_does_not_boot()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node, g => g.StandalonePortsSupported = false);
        await RefusedAsync(ErrorReason.PortgroupConflict, () => _ports.CreateAsync(_node, p => (p.PortgroupUuid, p.PxeEnabled) = (portgroup.Uuid, true)));
        await _ports.CreateAsync(_node, p => (p.PortgroupUuid, p.PxeEnabled) = (portgroup.Uuid, false));
    }

    [Fact]
    public async Task A_port_moves_to_another_node_when_both_allow_it()
    {
        var portgroup = await _ports.CreatePortgroupAsync(_node);
        var port = await _ports.CreateAsync(_node, p => p.PortgroupUuid = portgroup.Uuid);
        var target = await _ports.Conductor.InsertNodeAsync();
        var busy = await _ports.Conductor.InsertNodeAsync(n => n.ProvisionState = "active");
        var move = Replace("/node_uuid", $"\"{target.Uuid}\"");
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => _ports.PatchAsync(port, move));
        await RefusedAsync(ErrorReason.ReferenceNotFound, () => _ports.PatchAsync(port, Remove("/portgroup_uuid"), Replace("/node_uuid", $"\"{Guid.NewGuid()}\"")));
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.PatchAsync(port, Remove("/portgroup_uuid"), Replace("/node_uuid", $"\"{busy.Uuid}\"")));
        await using (await _ports.Conductor.Tasks.OpenExclusiveAsync(target.Uuid, default))
            await RefusedAsync(ErrorReason.NodeLocked, () => _ports.PatchAsync(port, Remove("/portgroup_uuid"), move));
        Assert.Equal(target.Uuid, (await _ports.PatchAsync(port, Remove("/portgroup_uuid"), move)).NodeUuid);
        Assert.Equal((target.Uuid, null), ((await _ports.Lists.FindAsync(port.Uuid, default)).NodeUuid, (await _ports.Conductor.ReadAsync(target)).Reservation));
    }

    [Fact]
    public async Task A_port_with_a_network_attached_is_deleted_only_in_maintenance()
    {
        var port = await _ports.CreateAsync(_node);
        await using (var connection = await _ports.Storage.Database.OpenAsync(default))
            await Dapper.SqlMapper.ExecuteAsync(connection, """UPDATE ports SET internal_info = '{"tenant_vif_port_id": "v1"}' WHERE id = @Id""", port);
        await RefusedAsync(ErrorReason.InvalidState, () => _ports.Update.DeleteAsync(port.Uuid, default));
        await using (var task = await _ports.Conductor.Tasks.OpenExclusiveAsync("n", default))
        {
            task.Node.Maintenance = true;
            await task.SaveAndReleaseAsync(default);
        }

        await _ports.Update.DeleteAsync(port.Uuid, default);
        await RefusedAsync(ErrorReason.PortNotFound, () => _ports.Update.DeleteAsync(port.Uuid, default));
        Assert.Equal(["created", "port_created", "port_deleted"], await _ports.Conductor.EventsAsync(_node));
    }

    [Fact]
    public async Task Filters_that_contradict_each_other_are_refused()
    {
        await RefusedAsync(ErrorReason.OperationNotPermitted, () => ListAsync(new ListPortsRequest { Node = "n", Portgroup = "g" }));
        await RefusedAsync(ErrorReason.OperationNotPermitted, () => ListAsync(new ListPortsRequest { NodeUuid = _node.Uuid, Shard = { "s" } }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => ListAsync(new ListPortsRequest { Node = "n", ConductorGroups = { "g" } }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => ListAsync(new ListPortsRequest { Address = "52:54:00:00:00:01", ConductorGroups = { "g" } }));
        await RefusedAsync(ErrorReason.NodeNotFound, () => ListAsync(new ListPortsRequest { Node = "nosuch" }));
        await RefusedAsync(ErrorReason.PortgroupNotFound, () => ListAsync(new ListPortsRequest { Portgroup = "nosuch" }));
        await RefusedAsync(ErrorReason.PortNotFound, () => ListAsync(new ListPortsRequest { Marker = Guid.NewGuid().ToString() }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => ListAsync(new ListPortsRequest { SortKey = "extra" }));
        await RefusedAsync(ErrorReason.InvalidParameterValue, () => ListAsync(new ListPortsRequest { SortKey = "node_uuid" }));
    }

    [Fact]
    public async Task The_address_does_not_count_beside_the_node()
    {
        var first = await _ports.CreateAsync(_node);
        var second = await _ports.CreateAsync(_node);
        Assert.Equal([first.Uuid, second.Uuid], (await ListAsync(new ListPortsRequest { Node = "n", Address = first.Address })).Ports.Select(p => p.Uuid));
        Assert.Equal([first.Uuid], (await ListAsync(new ListPortsRequest { Address = first.Address.ToUpperInvariant() })).Ports.Select(p => p.Uuid));
    }

    private Task<ListPortsResponse> ListAsync(ListPortsRequest request) => _ports.Lists.ListAsync(request, Microversion.Newest, default);
}
