using Ironic.Conductor.Lanes;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Tests.Storage;
using Ironic.Conductor.Tests.Tasks;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Conductor.Tests.Drivers;

/// <summary>Tests of a conductor whose one driver they play themselves.</summary>
public abstract class PlayedDriverTests : IAsyncLifetime
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private protected TestStorage Storage { get; private set; } = null!;

    private protected TestConductor Conductor { get; private set; } = null!;

    private protected TestDriver Driver { get; private set; } = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    /// <summary>Says what the driver offers, before it is registered.</summary>
    private protected abstract void Play(TestDriver driver);

    public virtual async Task InitializeAsync()
    {
        Storage = await OpenAsync();
        // The store of conductors registers under this name.
        Conductor = new TestConductor("test-conductor", Storage, new InProcessLockManager(TimeProvider.System));
        Driver = await TestDriver.StartAsync();
        Play(Driver);
        await RegisterAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await IdleAsync();
        await Conductor.DisposeAsync();
        await Driver.DisposeAsync();
        await Storage.DisposeAsync();
    }

    private protected Task IdleAsync() => Conductor.Services.GetRequiredService<ConductorLanes>().WhenIdleAsync(default).WaitAsync(Limit);

    private protected async Task RegisterAsync()
    {
        await Driver.RegisterAsync(Storage.Drivers, Storage.Clock);
        await Conductor.RefreshDriversAsync();
    }
}
