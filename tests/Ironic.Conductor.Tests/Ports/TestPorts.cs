using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Portgroups;
using Ironic.Conductor.Ports;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Ports;

/// <summary>What of a conductor makes, lists and changes ports and port groups.</summary>
internal sealed class TestPorts : IAsyncDisposable
{
    private int _addresses;

    public TestPorts(TestStorage storage)
    {
        Storage = storage;
        Conductor = new TestConductor("me", storage, new InProcessLockManager(TimeProvider.System));
        var lists = Options.Create(new ListOptions());
        var modes = Options.Create(new PortgroupOptions());
        var references = new NodeReferences(storage.Nodes, storage.Chassis);
        var rules = new PortRules(storage.Ports);
        PortgroupLists = new PortgroupLists(storage.Portgroups, Conductor.Tasks, lists);
        PortgroupCreation = new PortgroupCreation(references, storage.Portgroups, storage.Clock, modes);
        PortgroupUpdate = new PortgroupUpdate(Conductor.Tasks, references, PortgroupLists, storage.Portgroups, storage.Clock, modes);
        Lists = new PortLists(storage.Ports, PortgroupLists, Conductor.Tasks, lists);
        Creation = new PortCreation(Conductor.Tasks, storage.Ports, storage.Portgroups, rules, storage.Clock);
        Update = new PortUpdate(Conductor.Tasks, Lists, storage.Ports, storage.Portgroups, rules, storage.Clock);
    }

    public TestStorage Storage { get; }

    public TestConductor Conductor { get; }

    public PortLists Lists { get; }

    public PortCreation Creation { get; }

    public PortUpdate Update { get; }

    public PortgroupLists PortgroupLists { get; }

    public PortgroupCreation PortgroupCreation { get; }

    public PortgroupUpdate PortgroupUpdate { get; }

    public static JsonPatchOperation Replace(string path, string json) => new() { Op = "replace", Path = path, Value = new Json { Text = json } };

    public static JsonPatchOperation Remove(string path) => new() { Op = "remove", Path = path };

    /// <summary>Creates a port with an address of its own.</summary>
    public Task<PortRow> CreateAsync(NodeRow node, Action<Port>? change = null)
    {
        var port = new Port { NodeUuid = node.Uuid, Address = $"52:54:00:00:00:{++_addresses:x2}" };
        change?.Invoke(port);
        return Creation.CreateAsync(port, Microversion.Newest, default);
    }

    public Task<PortgroupRow> CreatePortgroupAsync(NodeRow node, Action<Portgroup>? change = null)
    {
        var portgroup = new Portgroup { NodeUuid = node.Uuid };
        change?.Invoke(portgroup);
        return PortgroupCreation.CreateAsync(portgroup, default);
    }

    public Task<PortRow> PatchAsync(PortRow port, params JsonPatchOperation[] operations) => Update.PatchAsync(port.Uuid, operations, Microversion.Newest, default);

    public Task<PortgroupRow> PatchAsync(PortgroupRow portgroup, params JsonPatchOperation[] operations) =>
        PortgroupUpdate.PatchAsync(portgroup.Uuid, operations, Microversion.Newest, default);

    /// <summary>Checks that some work is refused for a reason.</summary>
    public static async Task RefusedAsync(ErrorReason reason, Func<Task> work) => Assert.Equal(reason, (await Assert.ThrowsAsync<IronicException>(work)).Reason);

    public async ValueTask DisposeAsync()
    {
        await Conductor.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
