using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Ironic.Conductor.Periodic;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.Conductor.Tests.Periodic;

public sealed class PeriodicWorkTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Offset = PeriodicWork.Offset("me", "test", Interval);

    private readonly ObservedTime _time = new();

    [Fact]
    public async Task Turns_come_an_interval_apart_after_the_offset_of_the_first()
    {
        var runs = 0;
        using var work = Create(FirstRun.Spread, _ => Task.FromResult(Interlocked.Increment(ref runs)));
        await work.StartAsync(default);
        await _time.WaitForTimersAsync(1);
        _time.Advance(Offset - TimeSpan.FromMilliseconds(5));
        Assert.Equal(0, runs);
        _time.Advance(TimeSpan.FromMilliseconds(5));
        await _time.WaitForTimersAsync(2);
        await RunsAreAsync(1);
        _time.Advance(Interval - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, runs);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await RunsAreAsync(2);
        await work.StopAsync(default);

        Task RunsAreAsync(int count) => Eventually.ThatAsync(() => Volatile.Read(ref runs) == count, Limit, $"it ran {count} times");
    }

    [Fact]
    public async Task Work_that_is_done_at_the_start_does_not_wait_for_its_turn()
    {
        var done = new TaskCompletionSource();
        using var work = Create(FirstRun.AtStart, _ =>
        {
            done.TrySetResult();
            return Task.FromResult(0);
        });
        await work.StartAsync(default);
        await done.Task.WaitAsync(Limit);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task Work_that_comes_before_requests_is_waited_for()
    {
        var gate = new TaskCompletionSource<int>();
        using var work = Create(FirstRun.BeforeRequests, _ => gate.Task);
        var starting = work.StartAsync(default);
        Assert.False(starting.IsCompleted);
        gate.SetResult(0);
        await starting.WaitAsync(Limit);
        await work.StopAsync(default);
    }

    [Fact]
    public async Task A_failure_is_counted_and_the_next_turn_comes_all_the_same()
    {
        using var meters = new TestMetrics();
        var outcomes = new ConcurrentQueue<string?>();
        using var listener = new MeterListener();
        var metrics = new ConductorMetrics(meters);
        var first = true;
        using var work = new PeriodicWork("failing", Interval, FirstRun.AtStart, _ => first ? Fail() : Task.FromResult(1), Identity("me"), new Clock(_time), metrics, NullLogger<PeriodicWork>.Instance);
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == "ironic.conductor.periodic.run")
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, tags, _) =>
        {
            var values = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (values["work"] == "failing")
                outcomes.Enqueue(values["outcome"]);
        });
        listener.Start();
        await work.StartAsync(default);
        await _time.WaitForTimersAsync(1);
        _time.Advance(PeriodicWork.Offset("me", "failing", Interval));
        await Eventually.ThatAsync(() => outcomes.Count == 2, Limit, "there were two turns");
        Assert.Equal(["failed", "ok"], outcomes);
        await work.StopAsync(default);

        Task<int> Fail()
        {
            first = false;
            throw new InvalidOperationException("on purpose");
        }
    }

    [Fact]
    public async Task A_turn_that_takes_longer_than_the_interval_is_alone()
    {
        var (running, most, runs) = (0, 0, 0);
        var gate = new SemaphoreSlim(0);
        using var work = Create(FirstRun.AtStart, async cancellationToken =>
        {
            most = Math.Max(most, Interlocked.Increment(ref running));
            Interlocked.Increment(ref runs);
            await gate.WaitAsync(cancellationToken);
            return Interlocked.Decrement(ref running);
        });
        await work.StartAsync(default);
        await Eventually.ThatAsync(() => Volatile.Read(ref runs) == 1, Limit, "it runs");
        gate.Release();
        await _time.WaitForTimersAsync(1);
        _time.Advance(Offset);
        await Eventually.ThatAsync(() => Volatile.Read(ref runs) == 2, Limit, "it runs again");
        // Three turns pass meanwhile, and are one.
        for (var i = 0; i < 3; i++)
            _time.Advance(Interval);
        gate.Release();
        await Eventually.ThatAsync(() => Volatile.Read(ref runs) == 3, Limit, "it runs for the third time");
        Assert.Equal(1, most);
        await work.StopAsync(default);
        Assert.Equal(3, runs);
    }

    [Fact]
    public async Task Without_an_interval_nothing_is_ever_done()
    {
        foreach (var first in Enum.GetValues<FirstRun>())
        {
            using var work = new PeriodicWork("off", TimeSpan.Zero, first, _ => throw new InvalidOperationException("It ran."), Identity("me"), new Clock(_time), TestMetrics.Create(), NullLogger<PeriodicWork>.Instance);
            await work.StartAsync(default);
            await work.ExecuteTask!.WaitAsync(Limit);
        }

        Assert.Equal(0, _time.Timers);
    }

    [Fact]
    public async Task A_conductor_that_stops_ends_the_turn()
    {
        var running = new TaskCompletionSource();
        using var work = Create(FirstRun.AtStart, async cancellationToken =>
        {
            running.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            return 0;
        });
        await work.StartAsync(default);
        await running.Task.WaitAsync(Limit);
        await work.StopAsync(default).WaitAsync(Limit);
    }

    [Fact]
    public async Task A_host_that_begins_to_stop_ends_the_turn_before_it_waits_for_the_lanes()
    {
        using var host = new CancellationTokenSource();
        var running = new TaskCompletionSource();
        using var work = new PeriodicWork(
            "test",
            Interval,
            FirstRun.AtStart,
            async cancellationToken =>
            {
                running.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                return 0;
            },
            Identity("me"),
            new Clock(_time),
            TestMetrics.Create(),
            NullLogger<PeriodicWork>.Instance,
            host.Token);
        await work.StartAsync(default);
        await running.Task.WaitAsync(Limit);
        await host.CancelAsync();
        await work.ExecuteTask!.WaitAsync(Limit);
    }

    [Fact]
    public void Conductors_and_works_have_turns_of_their_own()
    {
        string[] hosts = [.. Enumerable.Range(0, 100).Select(i => $"conductor-{i}")];
        var offsets = hosts.Select(host => PeriodicWork.Offset(host, "power-sync", Interval)).ToList();
        Assert.Equal(offsets, hosts.Select(host => PeriodicWork.Offset(host, "power-sync", Interval)));
        Assert.All(offsets, offset => Assert.InRange(offset, TimeSpan.Zero, Interval));
        // In each quarter of the interval there are some.
        Assert.All(offsets.GroupBy(offset => Math.Min(3, (int)(4 * (offset / Interval)))), quarter => Assert.InRange(quarter.Count(), 10, 45));
        Assert.NotEqual(Offset, PeriodicWork.Offset("me", "another", Interval));
    }

    private static ConductorIdentity Identity(string hostname) => new(hostname, "", "http://127.0.0.1:1");

    private PeriodicWork Create(FirstRun first, Func<CancellationToken, Task<int>> run) =>
        new("test", Interval, first, run, Identity("me"), new Clock(_time), TestMetrics.Create(), NullLogger<PeriodicWork>.Instance);

    /// <summary>A clock that a test moves, and that knows how often somebody began to wait.</summary>
    private sealed class ObservedTime : FakeTimeProvider
    {
        private int _timers;

        public int Timers => Volatile.Read(ref _timers);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            Interlocked.Increment(ref _timers);
            return timer;
        }

        public Task WaitForTimersAsync(int count) => Eventually.ThatAsync(() => Timers >= count, Limit, $"somebody waits for the {count}th time");
    }
}
