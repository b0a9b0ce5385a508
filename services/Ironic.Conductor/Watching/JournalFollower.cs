using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Watching;

/// <summary>
/// Looks for new events on behalf of everybody in this process who follows the journal, as long as there is anybody, and keeps the newest
/// ones in memory: a hundred watchers cost the database as much as one.
/// </summary>
internal sealed partial class JournalFollower(
    JournalReader reader, JournalSignal signal, Database database, IOptions<WatchOptions> options, Clock clock, ILogger<JournalFollower> logger) : BackgroundService
{
    private const int PageSize = 500;

    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private int _followers;
    private TaskCompletionSource _attached = New();
    private View _view = new(null);

    /// <summary>The tail as it is, null when it is not known; and what ends when it changes.</summary>
    public (JournalTail? Tail, Task Changed) Look()
    {
        var view = Volatile.Read(ref _view);
        return (view.Tail, view.Changed.Task);
    }

    /// <summary>Makes the journal followed until the result is disposed.</summary>
    public IDisposable Attach()
    {
        lock (_gate)
        {
            if (++_followers == 1)
                _attached.TrySetResult();
        }

        return new Attachment(this);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await WaitForFollowerAsync(stoppingToken);
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // Who follows reads the database itself meanwhile, and is told by that what is wrong.
                LogFailed(e);
                Show(null);
                await Task.Delay(RetryInterval, clock.Provider, stoppingToken);
            }
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        var tail = new JournalTail((await reader.ReadStateAsync(cancellationToken)).End);
        Show(tail);
        while (IsFollowed())
        {
            var written = signal.Next;
            var page = await reader.ReadAsync(tail.End, JournalFilter.All, PageSize, cancellationToken);
            if (page.Purged > tail.End)
                break;
            var next = tail.Append(page);
            if (next != tail)
                Show(tail = next);
            if (page.IsLast)
                await WaitAsync(written, cancellationToken);
        }

        Show(null);
    }

    // An event of this process that another running transaction still holds back is found by the next look.
    private async Task WaitAsync(Task written, CancellationToken cancellationToken)
    {
        if (database.IsShared)
        {
            using var polling = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(written, Task.Delay(options.Value.PollInterval, clock.Provider, polling.Token));
            await polling.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
        }
        else
        {
            await written.WaitAsync(cancellationToken);
        }

        // Many changes at once are read together.
        if (written.IsCompleted)
            await Task.Delay(Gathering, clock.Provider, cancellationToken);
    }

    private void Show(JournalTail? tail) => Interlocked.Exchange(ref _view, new View(tail)).Changed.TrySetResult();

    private Task WaitForFollowerAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_followers > 0)
                return Task.CompletedTask;
            if (_attached.Task.IsCompleted)
                _attached = New();
            return _attached.Task.WaitAsync(cancellationToken);
        }
    }

    private bool IsFollowed()
    {
        lock (_gate)
            return _followers > 0;
    }

    private void Detach()
    {
        lock (_gate)
            _followers--;
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(EventId = 2410, EventName = "JournalFollowFailed", Level = LogLevel.Warning, Message = "The journal could not be read; it is tried again")]
    private partial void LogFailed(Exception exception);

    private sealed class View(JournalTail? tail)
    {
        public JournalTail? Tail { get; } = tail;

        public TaskCompletionSource Changed { get; } = New();
    }

    private sealed class Attachment(JournalFollower follower) : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0)
                follower.Detach();
        }
    }
}
