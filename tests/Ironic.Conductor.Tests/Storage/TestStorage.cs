using Ironic.Conductor.Storage;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Storage;

/// <summary>A migrated database with its stores.</summary>
internal sealed class TestStorage : IAsyncDisposable
{
    private readonly TestDirectory? _directory;
    private readonly Journal _unsignalled;

    private TestStorage(Database database, TestDirectory? directory)
    {
        _directory = directory;
        Database = database;
        Clock = new Clock(TimeProvider.System);
        var self = new ConductorIdentity("test-conductor", "", "http://127.0.0.1:1");
        var journal = Journal = new Journal(self, Signal, Clock);
        _unsignalled = new Journal(self, new JournalSignal(), Clock);
        Nodes = new NodeStore(database, journal, Clock);
        Listing = new NodeListing(database);
        Chassis = new ChassisStore(database, Clock);
        Ports = new PortStore(database, journal);
        Portgroups = new PortgroupStore(database, journal);
        Traits = new NodeTraitStore(database, journal);
        DeployTemplates = new DeployTemplateStore(database, Clock);
        Allocations = new AllocationStore(database, self, Clock);
        Candidates = new CandidateNodes(database);
        Runbooks = new RunbookStore(database, Clock);
        InspectionRules = new InspectionRuleStore(database, Clock);
        VolumeConnectors = new VolumeConnectorStore(database, journal);
        VolumeTargets = new VolumeTargetStore(database, journal);
        Shards = new ShardStore(database);
        Conductors = new ConductorStore(database, self, Clock);
        Drivers = new DriverStore(database, Clock);
        JournalReader = new JournalReader(database);
        Deliveries = new DeliveryStore(database, self, Clock);
        QueuedVerbs = new VerbQueueStore(database);
    }

    public Database Database { get; }

    public Clock Clock { get; }

    public NodeStore Nodes { get; }

    public NodeListing Listing { get; }

    public ChassisStore Chassis { get; }

    public PortStore Ports { get; }

    public PortgroupStore Portgroups { get; }

    public NodeTraitStore Traits { get; }

    public DeployTemplateStore DeployTemplates { get; }

    public AllocationStore Allocations { get; }

    public CandidateNodes Candidates { get; }

    public RunbookStore Runbooks { get; }

    public InspectionRuleStore InspectionRules { get; }

    public VolumeConnectorStore VolumeConnectors { get; }

    public VolumeTargetStore VolumeTargets { get; }

    public ShardStore Shards { get; }

    public ConductorStore Conductors { get; }

    public DriverStore Drivers { get; }

    public Journal Journal { get; }

    public JournalSignal Signal { get; } = new();

    public JournalReader JournalReader { get; }

    public DeliveryStore Deliveries { get; }

    public VerbQueueStore QueuedVerbs { get; }

    public static Migrations Migrations(Database database) => new(database, TimeProvider.System, NullLogger<Migrations>.Instance);

    public static async Task<TestStorage> SqliteAsync()
    {
        var directory = new TestDirectory("sqlite");
        return await CreateAsync(new SqliteDatabase($"Data Source={directory.Combine("ironic.db")}"), directory);
    }

    public static async Task<TestStorage> PostgresAsync(PostgresServer server) => await PostgresAsync(await server.CreateDatabaseAsync());

    public static async Task<TestStorage> PostgresAsync(string connection) => await CreateAsync(new PostgresDatabase(connection), null);

    /// <summary>Puts a verb of a node at the end of the queue.</summary>
    public async Task PutVerbAsync(NodeRow node, string work = "cleaning")
    {
        await using var write = await Database.BeginWriteAsync(default);
        await VerbQueueStore.PutAsync(write, new QueuedVerb
        {
            NodeId = node.Id,
            NodeUuid = node.Uuid,
            Driver = node.Driver,
            ConductorGroup = node.ConductorGroup,
            Work = work,
            FromState = "manageable",
            Microversion = 82,
            RequestId = $"req-{Guid.NewGuid()}",
            UserId = "u",
            CreatedAt = Clock.UtcNow,
        }, [1, 2]);
        await write.CommitAsync();
    }

    /// <summary>Stores a node in the state <c>enroll</c>.</summary>
    public async Task<NodeRow> InsertNodeAsync(string? name = null, Action<NodeRow>? change = null)
    {
        var node = new NodeRow { Uuid = Guid.NewGuid().ToString(), Name = name, Driver = "fake-hardware", ProvisionState = "enroll", CreatedAt = Clock.UtcNow };
        change?.Invoke(node);
        await Nodes.InsertAsync(node, new JournalEntry("created") { ToState = node.ProvisionState }, default);
        return node;
    }

    /// <summary>Adds an event to the journal.</summary>
    public Task AppendAsync(NodeRow node, string eventType) => AppendAsync(node, new JournalEntry(eventType));

    /// <param name="signalled">Whether this process knows of it without looking at the database.</param>
    public async Task AppendAsync(NodeRow node, JournalEntry entry, bool signalled = true)
    {
        await using var write = await Database.BeginWriteAsync(default);
        await (signalled ? Journal : _unsignalled).AppendAsync(write, node, entry);
        await write.CommitAsync();
    }

    /// <summary>
    /// Waits until all events that are there can be read: transactions in other databases of the server, which other tests share, may still be
    /// older than theirs.
    /// </summary>
    public Task SettleAsync() => Eventually.ThatAsync(
        async () =>
        {
            await using var connection = await Database.OpenAsync(default);
            return await Dapper.SqlMapper.ExecuteScalarAsync<bool>(
                connection, $"SELECT (SELECT count(*) FROM node_events e WHERE e.id > 0 {Database.AndIsFinal}) = (SELECT count(*) FROM node_events)");
        },
        TimeSpan.FromSeconds(60),
        "all events are final");

    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        _directory?.Dispose();
    }

    private static async Task<TestStorage> CreateAsync(Database database, TestDirectory? directory)
    {
        await Migrations(database).ApplyAsync(default);
        return new TestStorage(database, directory);
    }
}
