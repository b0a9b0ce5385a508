namespace Ironic.Conductor.Locks;

/// <summary>Locks in this process' memory, for a single conductor. They are never lost and end with the process.</summary>
/// <param name="time">Measures patience.</param>
public sealed class InProcessLockManager(TimeProvider time) : ILockManager
{
    private readonly LockTable _table = new(time);

    public async ValueTask<ILockHandle?> AcquireAsync(string key, string owner, TimeSpan patience, CancellationToken cancellationToken)
    {
        LockArguments.Check(key, owner, patience);
        return await _table.EnterAsync(key, owner, patience, cancellationToken) ? new Handle(_table, key) : null;
    }

    public ValueTask<string?> GetHolderAsync(string key, CancellationToken cancellationToken)
    {
        LockArguments.CheckKey(key);
        return ValueTask.FromResult(_table.OwnerOf(key));
    }

    public ValueTask<IReadOnlySet<string>> GetHeldAsync(IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return ValueTask.FromResult<IReadOnlySet<string>>(keys.Where(key => _table.OwnerOf(key) is not null).ToHashSet(StringComparer.Ordinal));
    }

    public TimeSpan RestoreTime => TimeSpan.Zero;

    internal LockTable Table => _table;

    private sealed class Handle(LockTable table, string key) : ILockHandle
    {
        private int _released;

        public string Key => key;

        public CancellationToken Lost => CancellationToken.None;

        public void ConfirmWith(Func<Task<bool>> isHeld)
        {
            // Nothing is ever forgotten here.
        }

        public ValueTask ReleaseAsync()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
                table.Exit(key);
            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => ReleaseAsync();
    }
}
