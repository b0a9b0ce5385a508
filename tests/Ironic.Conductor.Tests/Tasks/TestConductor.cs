using Google.Protobuf;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Provisioning;
using Ironic.Conductor.Runbooks;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Conductor.Tests.Storage;
using Ironic.Driver.V1;
using Ironic.Hosting.Health;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Tasks;

/// <summary>What of a conductor works on nodes, without its endpoints. Several share a database and a lock service as conductors do.</summary>
internal sealed class TestConductor : IAsyncDisposable
{
    private readonly DriverRegistry _registry;
    private readonly TestStorage _storage;

    public TestConductor(string hostname, TestStorage storage, ILockManager locks, TimeSpan? patience = null)
    {
        _storage = storage;
        Locks = locks;
        var self = Identity = new ConductorIdentity(hostname, "", "http://127.0.0.1:1");
        var options = Options.Create(new TaskOptions { LockPatience = patience ?? TimeSpan.FromMilliseconds(50) });
        _registry = new DriverRegistry(
            storage.Drivers,
            new DriverConnector(TimeProvider.System, TestMetrics.Create(), NullLoggerFactory.Instance, NullLogger<DriverConnector>.Instance),
            self,
            Options.Create(new DriverOptions()),
            storage.Clock,
            NullLogger<DriverRegistry>.Instance);
        Membership = new Membership(
            storage.Conductors, _registry, self, new ServiceHealth(), Options.Create(new ClusterOptions()), storage.Clock, NullLogger<Membership>.Instance);
        Tasks = new TaskManager(storage.Nodes, locks, _registry, Membership, self, storage.Clock, TestMetrics.Create(), options, NullLogger<TaskManager>.Instance);
        Services = CreateServices();
        Interrupted = new InterruptedWork(Tasks, storage.Nodes, storage.QueuedVerbs, Membership, Services.GetRequiredService<StepRecovery>(), Services.GetRequiredService<Transitions>(), NullLogger<InterruptedWork>.Instance);
        Sweeper = new StaleLockSweeper(
            storage.Nodes, locks, Membership, Interrupted, storage.Clock, TestMetrics.Create(), NullLogger<StaleLockSweeper>.Instance);
    }

    /// <summary>The flows of provisioning, and what they need.</summary>
    public ServiceProvider Services { get; }

    public ConductorIdentity Identity { get; }

    public Membership Membership { get; }

    public ILockManager Locks { get; }

    public TaskManager Tasks { get; }

    public InterruptedWork Interrupted { get; }

    public StaleLockSweeper Sweeper { get; }

    /// <summary>Stores a node in the state <c>enroll</c>.</summary>
    public async Task<NodeRow> InsertNodeAsync(Action<NodeRow>? change = null)
    {
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = _storage.Clock.UtcNow };
        change?.Invoke(node);
        await _storage.Nodes.InsertAsync(node, new JournalEntry("created"), default);
        return node;
    }

    /// <summary>Makes a driver known that serves a hardware type. Nothing listens at its address.</summary>
    public async Task ServeAsync(string hardwareType)
    {
        var info = new DriverInfo { Name = "maker", InstanceId = "1", HardwareTypes = { new HardwareType { Name = hardwareType } } };
        var row = new DriverRow
        {
            Key = DriverRow.KeyOf(info),
            LeaseId = Guid.NewGuid().ToString(),
            Endpoint = "http://127.0.0.1:1",
            InstanceId = info.InstanceId,
            Info = JsonFormatter.Default.Format(info),
            Ready = true,
            ExpiresAt = _storage.Clock.UtcNow + TimeSpan.FromMinutes(5),
        };
        await _storage.Drivers.PutAsync(row, default);
        await RefreshDriversAsync();
    }

    /// <summary>Learns which drivers and conductors the database knows.</summary>
    public async Task RefreshDriversAsync()
    {
        await _registry.RefreshAsync(default);
        await Membership.BeatAsync(online: true, default);
    }

    public async Task<NodeRow> ReadAsync(NodeRow node) => (await _storage.Nodes.FindByUuidAsync(node.Uuid, default))!;

    public async Task<string?> HolderAsync(NodeRow node) => await Locks.GetHolderAsync(TaskManager.LockKey(node.Uuid), default);

    /// <summary>The types of the node's events, in order.</summary>
    public async Task<IEnumerable<string>> EventsAsync(NodeRow node)
    {
        await using var connection = await _storage.Database.OpenAsync(default);
        return await Dapper.SqlMapper.QueryAsync<string>(connection, "SELECT event_type FROM node_events WHERE node_uuid = @Uuid ORDER BY id", node);
    }

    private ServiceProvider CreateServices()
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddOptions();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(TestMetrics.Create());
        services.AddSingleton<ConductorLanes>();
        // Instances that were made elsewhere are not this container's to end.
        services.AddSingleton(Identity);
        services.AddSingleton(_storage.Database);
        services.AddSingleton(_storage.Clock);
        services.AddSingleton(_storage.Nodes);
        services.AddSingleton(_storage.Ports);
        services.AddSingleton(_storage.DeployTemplates);
        services.AddSingleton(_storage.Runbooks);
        services.AddSingleton(_storage.QueuedVerbs);
        services.AddSingleton(_registry);
        services.AddSingleton(Membership);
        services.AddSingleton(Tasks);
        services.AddSingleton<BiosSettingStore>();
        services.AddSingleton<FirmwareStore>();
        services.AddSingleton<NodeInventoryStore>();
        services.AddSingleton<WaitingNodes>();
        services.AddSingleton<PowerNodes>();
        services.AddSingleton<SensorNodes>();
        services.AddSingleton<ConsoleNodes>();
        services.AddSingleton<BuiltInPower>();
        services.AddSingleton<BuiltInValidation>();
        services.AddSingleton<DriverCalls>();
        services.AddSingleton<ManagementCalls>();
        services.AddSingleton<ConsoleCalls>();
        services.AddSingleton<RunbookCatalog>();
        ConductorHost.AddProvisioning(services);
        return services.BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        Membership.Dispose();
        _registry.Dispose();
        if (Locks is IAsyncDisposable closable)
            await closable.DisposeAsync();
    }
}
