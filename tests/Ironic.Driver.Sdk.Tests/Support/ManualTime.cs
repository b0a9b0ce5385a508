using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>A clock that a test moves, and that knows for how long its users wanted to wait.</summary>
internal sealed class ManualTime() : FakeTimeProvider(DateTimeOffset.UtcNow)
{
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>The waits that were begun, in their order.</summary>
    public IReadOnlyCollection<TimeSpan> Waits => _waits;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero)
            _waits.Enqueue(dueTime);
        return timer;
    }

    /// <summary>Waits until there has been the given number of waits, and returns the last of them.</summary>
    public async Task<TimeSpan> WaitForWaitAsync(int number)
    {
        await Testing.Eventually.ThatAsync(() => _waits.Count >= number, DriverHost.Limit, $"somebody waits for the {number}th time");
        return _waits.ElementAt(number - 1);
    }
}
