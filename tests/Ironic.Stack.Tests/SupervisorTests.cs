using System.Collections.Concurrent;
using Ironic.Testing;

namespace Ironic.Stack.Tests;

public sealed class SupervisorTests : IDisposable
{
    private readonly TestDirectory _directory = new("supervisor");
    private readonly ConcurrentQueue<string> _reports = new();

    [Fact]
    public async Task A_process_that_dies_is_started_again()
    {
        await using var stack = await IronicStack.StartAsync(StandInStack.Options(_directory));
        using var stop = new CancellationTokenSource();
        var watching = new Supervisor(stack, _reports.Enqueue, TimeProvider.System).RunAsync(stop.Token);
        var driver = stack.Drivers[0];
        var before = driver.Id;

        Signals.Send(before, Signal.Kill);

        await Eventually.ThatAsync(() => _reports.Contains("driver-fake is back"), StandInStack.Limit, "the driver is back");
        Assert.NotEqual(before, driver.Id);
        Assert.Contains(_reports, line => line.StartsWith("driver-fake ended with status 137; starting it again now", StringComparison.Ordinal));
        await stop.CancelAsync();
        await watching.WaitAsync(StandInStack.Limit);
    }

    [Fact]
    public void The_pauses_grow_while_a_process_keeps_dying_and_begin_anew_after_a_stable_time()
    {
        var time = new ManualTime();
        using var stack = new Unstarted(IronicStack.Create(StandInStack.Options(_directory)));
        var supervisor = new Supervisor(stack.Value, _reports.Enqueue, time);
        var process = stack.Value.Api;

        var pauses = new List<double>();
        for (var i = 0; i < 8; i++)
        {
            var pause = supervisor.NextPause(process);
            pauses.Add(pause.TotalSeconds);
            time.Advance(pause + TimeSpan.FromSeconds(1));
        }

        Assert.Equal([0, 1, 2, 4, 8, 16, 30, 30], pauses);
        time.Advance(Supervisor.Stable);
        Assert.Equal(TimeSpan.Zero, supervisor.NextPause(process));
        Assert.Equal(TimeSpan.Zero, supervisor.NextPause(stack.Value.Drivers[0]));
    }

    public void Dispose() => _directory.Dispose();

    private sealed class ManualTime : TimeProvider
    {
        private long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan time) => _now += time.Ticks;
    }

    private sealed class Unstarted(IronicStack value) : IDisposable
    {
        public IronicStack Value => value;

        public void Dispose() => value.DisposeAsync().AsTask().Wait(StandInStack.Limit);
    }
}
