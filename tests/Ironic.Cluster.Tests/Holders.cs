
namespace Ironic.Cluster.Tests;

/// <summary>Who had a node to himself, as the driver saw it: from the start to the end of each operation that came with an epoch.</summary>
internal static class Holders
{
    /// <summary>Fails when two operations under exclusive locks ran on one node at the same time, or in another order than that of their epochs.</summary>
    /// <param name="calls">The driver's call log.</param>
    /// <returns>How many operations there were.</returns>
    public static int AssertNeverTwo(IReadOnlyList<CallLogEntry> calls)
    {
        var count = 0;
        foreach (var node in calls.Where(call => call is { Epoch: > 0, Event: "start" or "end" }).GroupBy(call => call.Node))
        {
            CallLogEntry? running = null;
            ulong epoch = 0;
            foreach (var call in node)
            {
                if (call.Event == "end")
                {
                    Assert.True(running?.OperationId == call.OperationId, $"{call} ended while there ran {running}");
                    running = null;
                    continue;
                }

                Assert.True(running is null, $"{call} began while there ran {running}");
                Assert.True(call.Epoch >= epoch, $"{call} began after epoch {epoch}");
                (running, epoch) = (call, call.Epoch);
                count++;
            }
        }

        return count;
    }
}
