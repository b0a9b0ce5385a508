using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Ironic.Conductor.Volumes;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Volumes;

/// <summary>What of a conductor makes, lists and changes volume connectors and targets.</summary>
internal sealed class TestVolumes : IAsyncDisposable
{
    private int _connectors;

    public TestVolumes(TestStorage storage)
    {
        Storage = storage;
        Conductor = new TestConductor("me", storage, new InProcessLockManager(TimeProvider.System));
        var references = new NodeReferences(storage.Nodes, storage.Chassis);
        var lists = Options.Create(new ListOptions());
        Connectors = new VolumeConnectors(storage.VolumeConnectors, Conductor.Tasks, references, storage.Clock, lists);
        Targets = new VolumeTargets(storage.VolumeTargets, Conductor.Tasks, references, storage.Clock, lists);
    }

    public TestStorage Storage { get; }

    public TestConductor Conductor { get; }

    public VolumeConnectors Connectors { get; }

    public VolumeTargets Targets { get; }

    public static JsonPatchOperation Replace(string path, string json) => new() { Op = "replace", Path = path, Value = new Json { Text = json } };

    public static JsonPatchOperation Remove(string path) => new() { Op = "remove", Path = path };

    /// <summary>Checks that some work is refused for a reason.</summary>
    public static async Task RefusedAsync(ErrorReason reason, Func<Task> work) => Assert.Equal(reason, (await Assert.ThrowsAsync<IronicException>(work)).Reason);

    /// <summary>A node that is switched off, and in use.</summary>
    public Task<NodeRow> InsertNodeAsync(string? power = PowerStates.Off, string state = "active") =>
        Conductor.InsertNodeAsync(n => (n.PowerState, n.ProvisionState) = (power, state));

    /// <summary>Creates a connector with an id of its own.</summary>
    public Task<VolumeConnectorRow> CreateConnectorAsync(NodeRow node, Action<VolumeConnector>? change = null)
    {
        var connector = new VolumeConnector { NodeUuid = node.Uuid, Type = "iqn", ConnectorId = $"iqn.2020-01.x:{++_connectors}" };
        change?.Invoke(connector);
        return Connectors.CreateAsync(connector, default);
    }

    public Task<VolumeTargetRow> CreateTargetAsync(NodeRow node, int bootIndex, Action<VolumeTarget>? change = null)
    {
        var target = new VolumeTarget { NodeUuid = node.Uuid, VolumeType = "iscsi", VolumeId = "v", BootIndex = bootIndex };
        change?.Invoke(target);
        return Targets.CreateAsync(target, default);
    }

    public Task<VolumeConnectorRow> PatchAsync(VolumeConnectorRow connector, params JsonPatchOperation[] operations) =>
        Connectors.PatchAsync(connector.Uuid, operations, Microversion.Newest, default);

    public Task<VolumeTargetRow> PatchAsync(VolumeTargetRow target, params JsonPatchOperation[] operations) =>
        Targets.PatchAsync(target.Uuid, operations, Microversion.Newest, default);

    public async ValueTask DisposeAsync()
    {
        await Conductor.DisposeAsync();
        await Storage.DisposeAsync();
    }
}
