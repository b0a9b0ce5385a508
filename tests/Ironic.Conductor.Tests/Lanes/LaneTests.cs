using Ironic.Api.V1;
using Ironic.Conductor.Lanes;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Lanes;

public sealed class LaneTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task So_many_run_so_many_wait_and_more_is_refused_at_once()
    {
        using var lane = new Lane("test", 2, 1, TestMetrics.Create(), NullLogger<Lane>.Instance);
        var (gate, running, done) = (new TaskCompletionSource(), 0, 0);
        async Task Work()
        {
            Interlocked.Increment(ref running);
            await gate.Task;
            Interlocked.Increment(ref done);
        }

        for (var i = 0; i < 3; i++)
            lane.Start(Work);
        Assert.Equal(ErrorReason.NoFreeConductorWorker, Assert.Throws<IronicException>(() => lane.Start(Work)).Reason);
        await Eventually.ThatAsync(() => Volatile.Read(ref running) == 2, Limit, "two run");
        Assert.Equal(3, lane.Pending);
        gate.SetResult();
        await Eventually.ThatAsync(() => Volatile.Read(ref done) == 3 && lane.Pending == 0, Limit, "all three are done");
        lane.Start(Work);
        await Eventually.ThatAsync(() => Volatile.Read(ref done) == 4, Limit, "there is room again");
    }

    [Fact]
    public async Task Accepted_work_ends_before_the_process_does()
    {
        using var lanes = new ConductorLanes(Options.Create(new LaneOptions()), TestMetrics.Create(), NullLogger<Lane>.Instance);
        var (action, vendor) = (new TaskCompletionSource(), new TaskCompletionSource());
        lanes.Actions.Start(() => action.Task);
        lanes.Vendor("slow").Start(() => vendor.Task);
        var drain = new LaneDrain(lanes, NullLogger<LaneDrain>.Instance);
        var stopping = drain.StopAsync(default);
        action.SetResult();
        await Eventually.ThatAsync(() => lanes.Pending == 1, Limit, "one is done");
        Assert.False(stopping.IsCompleted);
        vendor.SetResult();
        await stopping.WaitAsync(Limit);

        // No longer than the host grants.
        lanes.Actions.Start(() => Task.Delay(Timeout.InfiniteTimeSpan));
        using var granted = new CancellationTokenSource();
        stopping = drain.StopAsync(granted.Token);
        await granted.CancelAsync();
        await stopping.WaitAsync(Limit);
    }

    [Fact]
    public async Task Work_that_fails_leaves_its_place()
    {
        using var lane = new Lane("test", 1, 0, TestMetrics.Create(), NullLogger<Lane>.Instance);
        for (var i = 0; i < 3; i++)
        {
            lane.Start(() => throw new InvalidOperationException("on purpose"));
            await Eventually.ThatAsync(() => lane.Pending == 0, Limit, "the place is free");
        }
    }
}
