using System.Text.Json;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Storage;

/// <summary>
/// A system with a <see cref="LargeInventory"/> on a PostgreSQL that keeps the plans of all statements. Requests are sent one after the other, so that a
/// statement can be told to be of one.
/// </summary>
public sealed class LargeSystem : IAsyncLifetime
{
    private readonly List<(DateTime Start, string Text)> _requests = [];
    private PostgresServer? _postgres;
    private TestStack? _stack;

    /// <summary>Connection string of the database.</summary>
    public string Database { get; private set; } = "";

    public TestStack Stack => _stack ?? throw new InvalidOperationException("xunit has not initialized the fixture.");

    public async Task InitializeAsync()
    {
        _postgres = await PostgresServer.StartAsync(new PostgresOptions { KeepPlans = true });
        Database = await _postgres.CreateDatabaseAsync();
        await using (await StartAsync())
        {
            // The schema is there.
        }

        await LargeInventory.CreateAsync(Database);
        _stack = await StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_stack is not null)
            await _stack.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    /// <summary>Sends a request, whose statements are told by its path, or <c>VERB path</c> when it is no GET.</summary>
    public Task<RestAnswer> TrySendAsync(string verb, string path, object? body = null)
    {
        _requests.Add((DateTime.UtcNow, verb == "GET" ? path : $"{verb} {path}"));
        return Stack.Rest.SendAsync(verb, path, body is null ? null : JsonSerializer.Serialize(body));
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<RestAnswer> SendAsync(string verb, string path, object? body = null)
    {
        var answer = await TrySendAsync(verb, path, body);
        Assert.True(answer.Status is >= 200 and < 300, $"{answer.Request}: {answer.Status} {answer.Body}");
        return answer;
    }

    /// <summary>The plans of all statements since a moment, each with the request that it belongs to, if to any.</summary>
    public async Task<IReadOnlyList<(string Request, StatementPlan Plan)>> ReadPlansAsync(DateTime since) =>
        [.. (await _postgres!.ReadPlansAsync(since)).Where(plan => Database.Contains(plan.Database, StringComparison.Ordinal)).Select(plan => (RequestOf(plan), plan))];

    // What ended before the next request began belongs to it, or to nobody.
    private string RequestOf(StatementPlan plan) => _requests.LastOrDefault(request => request.Start <= plan.At) is { Text: { } text } ? text : "the start";

    private Task<TestStack> StartAsync() => TestStack.StartAsync(options => options with { Drivers = ["fake", "example"], Postgres = Database });
}

/// <summary>The tests that share a <see cref="LargeSystem"/>, one after the other.</summary>
[CollectionDefinition(nameof(LargeSystemCollection))]
public sealed class LargeSystemCollection : ICollectionFixture<LargeSystem>;
