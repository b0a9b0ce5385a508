using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Operations;

/// <summary>How much a driver remembers.</summary>
public sealed class OutcomeLimitsTests
{
    [Fact]
    public async Task R054_the_oldest_outcomes_are_forgotten_when_there_are_too_many()
    {
        await using var host = await DriverHost.StartAsync(null, "--Driver:Operations:MaximumOutcomes=2");
        var runs = CountRuns(host, "x");
        foreach (var id in new[] { "op-1", "op-2", "op-3", "op-3", "op-2" })
            await host.Run(id);
        Assert.Equal(3, runs());
        await host.Run("op-1");
        Assert.Equal(4, runs());
    }

    [Fact]
    public async Task R054_the_oldest_outcomes_are_forgotten_when_they_are_too_large()
    {
        await using var host = await DriverHost.StartAsync(null, "--Driver:Operations:MaximumOutcomeBytes=5000");
        var runs = CountRuns(host, new string('x', 2_000));
        foreach (var id in new[] { "op-1", "op-2", "op-3", "op-3", "op-2" })
            await host.Run(id);
        Assert.Equal(3, runs());
        await host.Run("op-1");
        Assert.Equal(4, runs());
    }

    [Fact]
    public async Task R054_an_operation_that_runs_is_not_forgotten()
    {
        await using var host = await DriverHost.StartAsync(null, "--Driver:Operations:MaximumOutcomes=1");
        var gate = new Gate();
        host.TestVendor.OnRun = async (_, body, cancellationToken) =>
        {
            if (body.ContainsKey("slow"))
                await gate.PassAsync(cancellationToken);
            return "done";
        };
        var slow = host.Run("slow", body: """{"slow": true}""").ResponseAsync;
        await gate.Entered;
        for (var i = 0; i < 5; i++)
            await host.Run($"op-{i}");
        var again = host.Run("slow", body: """{"slow": true}""").ResponseAsync;
        await Testing.Eventually.ThatAsync(() => host.Logs.Lines.Any(line => line.Event.Id == 7110), DriverHost.Limit, "the second call has joined the first");
        gate.Open();
        await slow;
        await again;
        Assert.Equal(1, gate.Count);
    }

    private static Func<int> CountRuns(DriverHost host, string result)
    {
        var runs = 0;
        host.TestVendor.OnRun = (_, _, _) =>
        {
            Interlocked.Increment(ref runs);
            return Task.FromResult<JsonNode?>(result);
        };
        return () => Volatile.Read(ref runs);
    }
}
