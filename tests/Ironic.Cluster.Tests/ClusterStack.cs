using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Stack;
using Ironic.Testing;
using Npgsql;

namespace Ironic.Cluster.Tests;

/// <summary>Two conductors with a PostgreSQL and a Redis that are theirs alone, so that a test may do to each of these what it likes.</summary>
internal sealed class ClusterStack : IAsyncDisposable
{
    private readonly List<GrpcChannel> _channels;
    private readonly string _database;

    private ClusterStack(TestStack stack, PostgresServer postgres, RedisServer redis, string database)
    {
        (Stack, Postgres, Redis, _database) = (stack, postgres, redis, database);
        _channels = [.. stack.Processes.Conductors.Select(conductor => GrpcChannel.ForAddress(conductor.Url))];
        Conductors = [.. _channels.Select(channel => new NodeService.NodeServiceClient(channel))];
    }

    public TestStack Stack { get; }

    public PostgresServer Postgres { get; }

    public RedisServer Redis { get; }

    /// <summary>Each conductor's own endpoint.</summary>
    public IReadOnlyList<NodeService.NodeServiceClient> Conductors { get; }

    public StackProcess Process(int conductor) => Stack.Processes.Conductors[conductor];

    /// <param name="conductor">Settings of the conductors.</param>
    public static Task<ClusterStack> StartAsync(params (string Key, string Value)[] conductor) =>
        StartAsync(profile => conductor.Aggregate(profile, (changed, setting) => changed.With("conductor", setting.Key, setting.Value)));

    /// <param name="configure">Changes the settings of the processes.</param>
    /// <param name="conductors">How many.</param>
    public static async Task<ClusterStack> StartAsync(Func<StackProfile, StackProfile> configure, int conductors = 2)
    {
        // What was acknowledged must survive a crash.
        var postgres = await PostgresServer.StartAsync(new PostgresOptions { Durable = true });
        RedisServer? redis = null;
        try
        {
            redis = await RedisServer.StartAsync();
            var database = await postgres.CreateDatabaseAsync();
            var stack = await TestStack.StartAsync(options => options with
            {
                Conductors = conductors,
                Drivers = ["fake"],
                Postgres = database,
                Redis = redis.Endpoint,
                // Their leases are renewed in the database, too: a busy machine may take long to start that again.
                Profile = configure(options.Profile).With("conductor", "Drivers:LeaseDuration", "00:02:00"),
            });
            return new ClusterStack(stack, postgres, redis, database);
        }
        catch
        {
            await postgres.DisposeAsync();
            if (redis is not null)
                await redis.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates nodes whose operations take as long as told.</summary>
    /// <param name="count">How many.</param>
    /// <param name="delays">By operation or interface: seconds, or <c>min,max</c>.</param>
    public async Task<IReadOnlyList<string>> CreateNodesAsync(int count, Dictionary<string, string>? delays = null)
    {
        var nodes = new List<string>();
        for (var i = 0; i < count; i++)
            nodes.Add(await Stack.CreateNodeAsync(driverInfo: new { fake_delay = delays ?? [] }));
        return nodes;
    }

    /// <summary>What a conductor says of a node.</summary>
    public async Task<Node> GetNodeAsync(int conductor, string node) =>
        (await Conductors[conductor].GetNodeAsync(new GetNodeRequest { Node = node }, deadline: DateTime.UtcNow + TestStack.Limit)).Node;

    /// <summary>Rows of the database, each as its columns' texts.</summary>
    public async Task<List<string[]>> QueryAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(_database + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(column => reader.GetValue(column).ToString() ?? "")]);
        return rows;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var channel in _channels)
            channel.Dispose();
        await Stack.DisposeAsync();
        await Redis.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
