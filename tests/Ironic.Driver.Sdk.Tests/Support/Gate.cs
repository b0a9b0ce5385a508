namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>Work that says when it has begun and goes on when the test lets it.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _cancelled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    /// <summary>How often it was begun.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Ends when it has begun.</summary>
    public Task Entered => _entered.Task.WaitAsync(DriverHost.Limit);

    /// <summary>Ends when it was told to stop.</summary>
    public Task Cancelled => _cancelled.Task.WaitAsync(DriverHost.Limit);

    public bool IsCancelled => _cancelled.Task.IsCompleted;

    public void Open() => _opened.TrySetResult();

    public async Task PassAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _count);
        _entered.TrySetResult();
        try
        {
            await _opened.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.TrySetResult();
            throw;
        }
    }
}
