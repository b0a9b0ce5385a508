namespace Ironic.Testing.Stack;

/// <summary>
/// The stack that all tests share which disturb none of its processes, started when the first test class that uses it begins. A test makes
/// nodes of its own and leaves the others' alone.
/// </summary>
/// <example><code>
/// public sealed class NodeTests(SharedStack shared) : IClassFixture&lt;SharedStack&gt;
/// </code></example>
public sealed class SharedStack : IAsyncLifetime
{
    private static readonly Lazy<Task<TestStack>> Shared = new(() => TestStack.StartAsync());

    private TestStack? _stack;

    public TestStack Stack => _stack ?? throw new InvalidOperationException("xunit has not initialized the fixture.");

    public async Task InitializeAsync() => _stack = await Shared.Value;

    // Another class may still use it; it ends with the last test.
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Ends it, if it was ever started.</summary>
    internal static async Task EndAsync()
    {
        if (Shared is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Shared.Value).DisposeAsync();
    }
}
