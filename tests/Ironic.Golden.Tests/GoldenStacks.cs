using Ironic.Golden.Tests.Replay;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Golden.Tests;

/// <summary>A whole stack as the recordings need it, empty.</summary>
public abstract class GoldenStack : IAsyncLifetime
{
    private readonly TestDirectory _directory = new("golden");
    private IronicStack? _stack;

    internal GoldenServer Server { get; private set; } = null!;

    internal string Host { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _stack = await IronicStack.StartAsync(new StackOptions
        {
            DataDirectory = _directory.FullName,
            Postgres = await PostgresAsync(),
            Drivers = ["fake", "ipmi", "redfish"],
            Profile = StackProfile.LoadNamed("golden"),
        });
        Server = new GoldenServer(_stack.RestUrl);
        Host = await Server.FindHostAsync();
    }

    public async Task DisposeAsync()
    {
        Server?.Dispose();
        if (_stack is not null)
            await _stack.DisposeAsync();
        _directory.Dispose();
    }

    /// <summary>Connection string of an empty database; null for SQLite.</summary>
    protected abstract Task<string?> PostgresAsync();
}

public sealed class SqliteStack : GoldenStack
{
    protected override Task<string?> PostgresAsync() => Task.FromResult<string?>(null);
}

public sealed class PostgresStack : GoldenStack
{
    private readonly PostgresFixture _postgres = new();

    protected override async Task<string?> PostgresAsync()
    {
        await _postgres.InitializeAsync();
        return await _postgres.CreateDatabaseAsync();
    }
}
