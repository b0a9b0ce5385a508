using Xunit;

namespace Ironic.Testing;

/// <summary>
/// The PostgreSQL that all tests of an assembly share, started when the first collection that uses it begins and ended with the test process.
/// Each test takes a database of its own.
/// </summary>
/// <example><code>
/// [CollectionDefinition(nameof(PostgresCollection))]
/// public sealed class PostgresCollection : ICollectionFixture&lt;PostgresFixture&gt;;
///
/// [Collection(nameof(PostgresCollection))]
/// public sealed class NodeStoreTests(PostgresFixture postgres) { … await postgres.CreateDatabaseAsync() … }
/// </code></example>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<PostgresServer>> Shared = new(() => PostgresServer.StartAsync());

    private PostgresServer? _server;

    /// <summary>The shared server. A test that stops or restarts one starts its own instead.</summary>
    public PostgresServer Server => _server ?? throw new InvalidOperationException("xunit has not initialized the fixture.");

    /// <inheritdoc cref="PostgresServer.CreateDatabaseAsync"/>
    public Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default) => Server.CreateDatabaseAsync(cancellationToken);

    public async Task InitializeAsync() => _server = await Shared.Value;

    // Another collection may still use it; it ends with the process.
    public Task DisposeAsync() => Task.CompletedTask;
}

/// <summary>
/// The Redis that all tests of an assembly share, started when the first collection that uses it begins and ended with the test process.
/// Each test takes keys of its own. Used as <see cref="PostgresFixture"/> is.
/// </summary>
public sealed class RedisFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<RedisServer>> Shared = new(() => RedisServer.StartAsync());

    private RedisServer? _server;

    /// <summary>The shared server. A test that pauses, stops or empties one starts its own instead.</summary>
    public RedisServer Server => _server ?? throw new InvalidOperationException("xunit has not initialized the fixture.");

    public async Task InitializeAsync() => _server = await Shared.Value;

    // Another collection may still use it; it ends with the process.
    public Task DisposeAsync() => Task.CompletedTask;
}
