using Ironic.Conductor.Storage;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Storage;

/// <summary>A migrated database with its stores.</summary>
internal sealed class TestStorage : IAsyncDisposable
{
    private readonly TestDirectory? _directory;

    private TestStorage(Database database, TestDirectory? directory)
    {
        _directory = directory;
        Database = database;
        Clock = new Clock(TimeProvider.System);
        var self = new ConductorIdentity("test-conductor", "", "http://127.0.0.1:1");
        Nodes = new NodeStore(database, new Journal(self, Clock), Clock);
        Listing = new NodeListing(database);
        Chassis = new ChassisStore(database, Clock);
        Ports = new PortStore(database, new Journal(self, Clock));
        Portgroups = new PortgroupStore(database, new Journal(self, Clock));
        Traits = new NodeTraitStore(database, new Journal(self, Clock));
        DeployTemplates = new DeployTemplateStore(database, Clock);
        Allocations = new AllocationStore(database, self, Clock);
        Candidates = new CandidateNodes(database);
        Runbooks = new RunbookStore(database, Clock);
        InspectionRules = new InspectionRuleStore(database, Clock);
        VolumeConnectors = new VolumeConnectorStore(database, new Journal(self, Clock));
        VolumeTargets = new VolumeTargetStore(database, new Journal(self, Clock));
        Shards = new ShardStore(database);
        Conductors = new ConductorStore(database, self, Clock);
        Drivers = new DriverStore(database, Clock);
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

    public static Migrations Migrations(Database database) => new(database, TimeProvider.System, NullLogger<Migrations>.Instance);

    public static async Task<TestStorage> SqliteAsync()
    {
        var directory = new TestDirectory("sqlite");
        return await CreateAsync(new SqliteDatabase($"Data Source={directory.Combine("ironic.db")}"), directory);
    }

    public static async Task<TestStorage> PostgresAsync(PostgresServer server) =>
        await CreateAsync(new PostgresDatabase(await server.CreateDatabaseAsync()), null);

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
