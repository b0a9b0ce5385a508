using Ironic.Api.V1;
using Ironic.Conductor.Cluster.Forwarding;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Lanes;

/// <summary>
/// A bounded place for work of one class, so that it cannot starve the other classes: so many run at a time, so many wait, and
/// more is refused at once.
/// </summary>
/// <param name="name">For logs, metrics and errors.</param>
/// <param name="concurrency">How many run at a time.</param>
/// <param name="queue">How many more may wait.</param>
internal sealed partial class Lane(string name, int concurrency, int queue, ConductorMetrics metrics, ILogger<Lane> logger) : IDisposable
{
    private readonly SemaphoreSlim _turns = new(concurrency, concurrency);
    private int _pending;
    private volatile TaskCompletionSource? _idle;

    public string Name => name;

    /// <summary>Running and waiting.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>Whether <see cref="Start"/> would take work now. It keeps no place.</summary>
    public bool HasRoom => Pending < concurrency + queue;

    /// <summary>Starts <paramref name="work"/> as soon as the lane has room and returns at once.</summary>
    /// <param name="work">Handles its own failures; one that escapes is a defect and is logged as such.</param>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER: the lane is full.</exception>
    public void Start(Func<Task> work)
    {
        if (Interlocked.Increment(ref _pending) > concurrency + queue)
        {
            Interlocked.Decrement(ref _pending);
            throw Refuse();
        }

        _ = Task.Run(() => RunAsync(work));
    }

    /// <summary>Ends when the lane has no work. For one caller.</summary>
    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _idle = idle;
        if (Pending == 0)
            idle.TrySetResult();
        return idle.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Refuses at once what <see cref="Start"/> would refuse after a costly preparation. It keeps no place.</summary>
    /// <exception cref="IronicException">NO_FREE_CONDUCTOR_WORKER: the lane is full.</exception>
    public void RequireRoom()
    {
        if (!HasRoom)
            throw Refuse();
    }

    public void Dispose() => _turns.Dispose();

    private IronicException Refuse()
    {
        metrics.RefusedByLane(name);
        return new IronicException(ErrorReason.NoFreeConductorWorker, $"The lane {name} is full: {concurrency} run and {queue} wait. Please try again later.");
    }

    private async Task RunAsync(Func<Task> work)
    {
        // The call that began the work may be under way still; the work is not a part of it.
        ServedCall.Current = null;
        await _turns.WaitAsync();
        try
        {
            await work();
        }
        catch (Exception e)
        {
            LogEscaped(e, name);
        }
        finally
        {
            _turns.Release();
            if (Interlocked.Decrement(ref _pending) == 0)
                _idle?.TrySetResult();
        }
    }

    [LoggerMessage(EventId = 1250, EventName = "LaneWorkEscaped", Level = LogLevel.Error, Message = "Work in the lane {Lane} failed without handling it")]
    private partial void LogEscaped(Exception exception, string lane);
}
