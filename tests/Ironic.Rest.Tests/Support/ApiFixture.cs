namespace Ironic.Rest.Tests.Support;

/// <summary>One API process with one conductor, for the tests of a class. A test sets the answers that it needs.</summary>
public sealed class ApiFixture : IAsyncLifetime
{
    internal FakeConductor Conductor { get; private set; } = null!;

    internal ApiServer Api { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Conductor = await FakeConductor.StartAsync();
        Api = await ApiServer.StartAsync([Conductor.Url]);
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        await Conductor.DisposeAsync();
    }
}
