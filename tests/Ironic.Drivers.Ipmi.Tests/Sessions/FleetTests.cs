using System.Diagnostics;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Tests.Support;
using Xunit.Abstractions;

namespace Ironic.Drivers.Ipmi.Tests.Sessions;

/// <summary>Many BMCs at the same time, and what one call costs.</summary>
public sealed class FleetTests(ITestOutputHelper output)
{
    private const int Count = 200;
    private const int Stalling = 5;

    [Fact]
    public async Task Those_that_stall_do_not_delay_the_others()
    {
        var bmcs = Enumerable.Range(0, Count).Select(i => new SimulatedBmc { PowerIsOn = true, Loses = _ => i < Stalling }).ToList();
        try
        {
            await using (var pool = new TestPool(options =>
            {
                options.RetransmitAfter = options.MaximumRetransmitAfter = TimeSpan.FromSeconds(2);
                options.Attempts = 10;
            }))
            {
                using var end = new CancellationTokenSource();
                var stalled = bmcs[..Stalling].Select(bmc => pool.Power.GetPowerStateAsync(TestNodes.Create(bmc.Port), end.Token).AsTask()).ToList();

                for (var round = 0; round < 3; round++)
                {
                    var states = await Task.WhenAll(bmcs[Stalling..].SelectMany(bmc => Enumerable.Range(0, 2).Select(_ => pool.Power.GetPowerStateAsync(TestNodes.Create(bmc.Port), CancellationToken.None).AsTask())));
                    Assert.All(states, state => Assert.Equal(PowerState.On, state));
                }

                Assert.DoesNotContain(stalled, call => call.IsCompleted);
                Assert.All(bmcs[Stalling..], bmc => Assert.Equal((1, 1, 1), (bmc.SessionsOpened, bmc.MostSessions, bmc.MostInFlight)));
                await end.CancelAsync();
                foreach (var call in stalled)
                    await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
            }

            Assert.All(bmcs, bmc => Assert.Equal(0, bmc.OpenSessions));
        }
        finally
        {
            foreach (var bmc in bmcs)
                await bmc.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_call_takes_a_twentieth_of_what_a_process_of_ipmitool_takes()
    {
        const int theirCalls = 10;
        const int ourCalls = 1000;
        await using var bmc = new SimulatedBmc { PowerIsOn = true };
        await using var pool = new TestPool();
        var node = TestNodes.Create(bmc.Port);
        await pool.Power.GetPowerStateAsync(node, CancellationToken.None);

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < theirCalls; i++)
            await Ipmitool.RunAsync(bmc.Port, bmc.User, bmc.Password, 3, "power", "status");
        var theirs = Stopwatch.GetElapsedTime(started) / theirCalls;
        started = Stopwatch.GetTimestamp();
        for (var i = 0; i < ourCalls; i++)
            Assert.Equal(PowerState.On, await pool.Power.GetPowerStateAsync(node, CancellationToken.None));
        var ours = Stopwatch.GetElapsedTime(started) / ourCalls;

        output.WriteLine($"ipmitool: {theirs.TotalMilliseconds:0.00} ms a call; ours: {ours.TotalMilliseconds:0.000} ms; {theirs / ours:0} times");
        Assert.True(theirs / ours >= 20, $"{theirs.TotalMilliseconds} ms against {ours.TotalMilliseconds} ms");
    }
}
