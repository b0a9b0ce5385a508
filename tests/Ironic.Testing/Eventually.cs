using System.Diagnostics;

namespace Ironic.Testing;

/// <summary>Waits for what another task, process or server will bring about, with a limit and a message that says what was waited for.</summary>
public static class Eventually
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks <paramref name="condition"/> again and again until it answers true.</summary>
    /// <param name="condition">The question; an exception that it throws ends the wait.</param>
    /// <param name="timeout">How long to go on asking. The condition is asked at least once.</param>
    /// <param name="because">What is waited for, as it reads after "still not so: ".</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="TimeoutException">It was still false after <paramref name="timeout"/>.</exception>
    public static Task ThatAsync(Func<bool> condition, TimeSpan timeout, string because, CancellationToken cancellationToken = default) =>
        ThatAsync(() => Task.FromResult(condition()), timeout, because, cancellationToken);

    /// <inheritdoc cref="ThatAsync(Func{bool}, TimeSpan, string, CancellationToken)"/>
    public static async Task ThatAsync(Func<Task<bool>> condition, TimeSpan timeout, string because, CancellationToken cancellationToken = default)
    {
        var attempts = await PollAsync(condition, timeout, cancellationToken);
        if (attempts is { } asked)
            throw new TimeoutException($"After {Seconds(timeout)} and {asked} attempts still not so: {because}.");
    }

    /// <summary>Runs <paramref name="action"/>, typically a group of asserts, again and again until it throws nothing.</summary>
    /// <exception cref="TimeoutException">It still threw after <paramref name="timeout"/>; the inner exception is what it threw last.</exception>
    public static async Task SucceedsAsync(Func<Task> action, TimeSpan timeout, string because, CancellationToken cancellationToken = default)
    {
        Exception? last = null;
        var attempts = await PollAsync(
            async () =>
            {
                try
                {
                    await action();
                    return true;
                }
                catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
                {
                    last = exception;
                    return false;
                }
            },
            timeout,
            cancellationToken);
        if (attempts is { } asked)
            throw new TimeoutException($"After {Seconds(timeout)} and {asked} attempts still not so: {because}. Last: {last?.Message}", last);
    }

    /// <returns>null when the condition came true, else how often it was asked.</returns>
    private static async Task<int?> PollAsync(Func<Task<bool>> condition, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var pause = ShortestPause;
        for (var attempts = 1; ; attempts++)
        {
            if (await condition())
                return null;
            if (Stopwatch.GetElapsedTime(started) >= timeout)
                return attempts;
            await Task.Delay(pause, cancellationToken);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    private static string Seconds(TimeSpan time) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
