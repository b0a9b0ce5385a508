using Ironic.Conductor.Locks;

namespace Ironic.Bench.Load;

/// <summary>Takes and releases a lock of its own.</summary>
internal sealed class LockConnection(ILockManager locks, string key) : ILoadConnection
{
    public async ValueTask<bool> RequestAsync()
    {
        if (await locks.AcquireAsync(key, "bench", TimeSpan.Zero, CancellationToken.None) is not { } handle)
            return false;
        await handle.ReleaseAsync();
        return true;
    }

    public void Dispose()
    {
        // The lock manager is everybody's.
    }
}
