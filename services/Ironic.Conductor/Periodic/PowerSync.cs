using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Periodic;

/// <summary>
/// Looks at the power of all nodes of this conductor. Nodes that have failed before have their own, small share of what is done at a time, and their turn at
/// once: they are settled soon, and machines that do not answer hold up nobody.
/// </summary>
internal sealed partial class PowerSync(
    PowerNodes nodes,
    OwnNodes own,
    NodeStore store,
    PowerReconciler reconciler,
    Membership membership,
    ConductorIdentity self,
    ConductorMetrics metrics,
    Clock clock,
    IOptions<PowerSyncOptions> options,
    ILogger<PowerSync> logger)
{
    // How often in a row a node has failed or differed; without those that have not. As in Ironic a conductor that starts knows of none.
    private readonly ConcurrentDictionary<string, int> _failures = new(StringComparer.Ordinal);

    /// <summary>How often in a row the node has failed or differed.</summary>
    public int FailuresOf(string uuid) => _failures.GetValueOrDefault(uuid);

    /// <summary>Looks at each node once.</summary>
    /// <returns>How many nodes were changed, or will be by what was begun.</returns>
    public async Task<int> SweepAsync(CancellationToken stopping)
    {
        var settings = options.Value;
        var started = clock.Provider.GetTimestamp();
        var (looked, changed) = (0, 0);
        var suspects = _failures.OrderByDescending(entry => entry.Value).Select(entry => entry.Key).ToList();
        var suspected = suspects.ToHashSet(StringComparer.Ordinal);
        // Once the others are done, the suspects have their places, too.
        var share = suspects.Count == 0 ? 0 : Math.Max(1, settings.Concurrency / 4);
        using var places = new SemaphoreSlim(share, settings.Concurrency);
        await Task.WhenAll(
            EachAsync(FindAsync(suspects, stopping), settings.Concurrency, places),
            EachOtherAsync());
        await ForgetAsync(suspects, stopping);
        var took = clock.Provider.GetElapsedTime(started);
        LogSwept(looked, changed, took);
        if (settings.Interval > TimeSpan.Zero && took > 3 * settings.Interval)
            LogSlow(took, settings.Interval, settings.Concurrency);
        return changed;

        async Task EachOtherAsync()
        {
            var concurrency = Math.Max(1, settings.Concurrency - share);
            await EachAsync(own.ReadAsync(nodes.NextAsync, stopping).Where(node => !suspected.Contains(node.Uuid)), concurrency, null);
            if (settings.Concurrency > share)
                places.Release(settings.Concurrency - share);
        }

        Task EachAsync(IAsyncEnumerable<NodeRow> found, int concurrency, SemaphoreSlim? turns) => Parallel.ForEachAsync(
            found,
            new ParallelOptions { MaxDegreeOfParallelism = concurrency, CancellationToken = stopping },
            async (node, cancellationToken) =>
            {
                await (turns?.WaitAsync(cancellationToken) ?? Task.CompletedTask);
                try
                {
                    Interlocked.Increment(ref looked);
                    if (await LookAsync(node, cancellationToken))
                        Interlocked.Increment(ref changed);
                }
                finally
                {
                    turns?.Release();
                }
            });
    }

    private async Task<bool> LookAsync(NodeRow node, CancellationToken stopping)
    {
        try
        {
            var (outcome, failures) = await reconciler.SyncAsync(node, FailuresOf(node.Uuid), stopping);
            metrics.PowerSynchronised(outcome.ToString().ToLowerInvariant());
            // A node that was given up begins anew when it is taken back.
            if (failures > 0 && outcome != PowerSyncOutcome.GivenUp)
                _failures[node.Uuid] = failures;
            else
                _failures.TryRemove(node.Uuid, out _);
            return outcome is not (PowerSyncOutcome.Same or PowerSyncOutcome.Skipped or PowerSyncOutcome.Unreadable);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // One node's trouble is not the others'. When the database is away, the next page says so.
            metrics.PowerSynchronised("failed");
            LogFailed(e, node.Uuid);
            return false;
        }
    }

    private async IAsyncEnumerable<NodeRow> FindAsync(IEnumerable<string> uuids, [EnumeratorCancellation] CancellationToken stopping)
    {
        foreach (var batch in uuids.Chunk(PowerNodes.PageSize))
        {
            foreach (var node in await nodes.FindAsync(self.Group, batch, stopping))
            {
                if (membership.Owns(node.Driver, node.Uuid))
                    yield return node;
                else
                    _failures.TryRemove(node.Uuid, out _);
            }
        }
    }

    // Nodes that are gone would be remembered for ever.
    private async Task ForgetAsync(List<string> suspects, CancellationToken stopping)
    {
        if (suspects.Count == 0)
            return;
        var known = await store.ResolveAsync(suspects, stopping);
        foreach (var uuid in suspects.Where(uuid => !known.ContainsKey(uuid)))
            _failures.TryRemove(uuid, out _);
    }

    [LoggerMessage(EventId = 2520, EventName = "PowerSynchronised", Level = LogLevel.Debug, Message = "The power of {Count} nodes was looked at, {Changed} were changed, in {Duration}")]
    private partial void LogSwept(int count, int changed, TimeSpan duration);

    [LoggerMessage(
        EventId = 2521,
        EventName = "PowerSyncSlow",
        Level = LogLevel.Warning,
        Message = "Looking at the power of all nodes takes {Duration}, more than three times PowerSync:Interval ({Interval}); raise PowerSync:Concurrency ({Concurrency}) or start more conductors")]
    private partial void LogSlow(TimeSpan duration, TimeSpan interval, int concurrency);

    [LoggerMessage(EventId = 2522, EventName = "PowerSyncFailed", Level = LogLevel.Warning, Message = "The power of node {Node} could not be kept in step")]
    private partial void LogFailed(Exception exception, string node);
}
