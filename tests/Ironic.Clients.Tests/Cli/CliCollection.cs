
namespace Ironic.Clients.Tests.Cli;

/// <summary>The tests that drive one <c>baremetal</c> command, one after the other.</summary>
[CollectionDefinition(nameof(CliCollection))]
public sealed class CliCollection : ICollectionFixture<CliFixture>;

/// <summary>The command and the stack that it talks to.</summary>
public sealed class CliFixture : IAsyncLifetime
{
    private readonly SharedStack _shared = new();
    private BaremetalCli? _cli;

    internal TestStack Stack => _shared.Stack;

    internal BaremetalCli Cli => _cli ?? throw new InvalidOperationException("xunit has not initialized the fixture.");

    public async Task InitializeAsync()
    {
        await _shared.InitializeAsync();
        _cli = BaremetalCli.Start(Stack.Processes.RestUrl);
    }

    public async Task DisposeAsync()
    {
        if (_cli is not null)
            await _cli.DisposeAsync();
        await _shared.DisposeAsync();
    }
}
