using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Allocations;

/// <summary>Finds a node for an allocation and reserves it.</summary>
internal sealed partial class NodeAllocator(
    AllocationStore store,
    CandidateNodes candidates,
    TaskManager tasks,
    Database database,
    IOptions<AllocationOptions> options,
    Clock clock,
    ILogger<NodeAllocator> logger)
{
    private readonly ConcurrentDictionary<string, AllocationRow> _working = new(StringComparer.Ordinal);

    /// <summary>Whether a node is being looked for here.</summary>
    public bool IsWorkingOn(AllocationRow allocation) => _working.ContainsKey(allocation.Uuid);

    /// <summary>Runs until the allocation has a node or an error. Does not throw, but for a database that cannot be reached: somebody takes the allocation up again then.</summary>
    public async Task AllocateAsync(AllocationRow allocation)
    {
        if (!_working.TryAdd(allocation.Uuid, allocation))
            return;
        try
        {
            await RunAsync(allocation);
        }
        finally
        {
            _working.TryRemove(allocation.Uuid, out _);
        }
    }

    private async Task RunAsync(AllocationRow allocation)
    {
        string error;
        try
        {
            if (await ReserveAnyAsync(allocation) is not { } reason)
                return;
            error = reason;
        }
        catch (IronicException e) when (e.Reason == ErrorReason.AllocationNotFound)
        {
            // It was deleted, or settled by a conductor that took this one for dead.
            LogGone(allocation.Uuid);
            return;
        }
        catch (Exception e) when (e is IronicException { Reason: ErrorReason.BackendUnavailable } || database.IsUnavailable(e))
        {
            LogUnavailable(e, allocation.Uuid);
            return;
        }
        catch (Exception e)
        {
            LogFailed(e, allocation.Uuid);
            error = WorkErrors.Text(e);
        }

        error = $"Failed to process allocation {allocation.Uuid}: {error}";
        if (await store.FailAsync(allocation.Id, error, CancellationToken.None))
            LogNotFound(error);
    }

    /// <returns>Null when a node is reserved, else why none is.</returns>
    private async Task<string?> ReserveAnyAsync(AllocationRow allocation)
    {
        var round = 1;
        while (true)
        {
            var search = new Search(allocation, candidates);
            var locked = 0;
            await foreach (var candidate in search.NodesAsync())
            {
                switch (await TryReserveAsync(allocation, candidate))
                {
                    case Outcome.Reserved:
                        LogReserved(candidate.Uuid, allocation.Uuid);
                        return null;
                    case Outcome.Locked:
                        locked++;
                        break;
                }
            }

            if (locked == 0)
                return search.Failure;
            if (round++ == options.Value.Attempts)
                return $"could not reserve any of {locked} suitable nodes, which are locked";
            await Task.Delay(options.Value.AttemptInterval, clock.Provider);
        }
    }

    private async Task<Outcome> TryReserveAsync(AllocationRow allocation, CandidateNode candidate)
    {
        try
        {
            await using var task = await tasks.OpenExclusiveAsync(candidate.Uuid, CancellationToken.None, patience: TimeSpan.Zero);
            if (!AllocationMatch.IsFree(task.Node, allocation))
                return Outcome.Unfit;
            await AllocationMatch.ReserveAsync(task, allocation, store);
            return Outcome.Reserved;
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.LockLost)
        {
            return Outcome.Locked;
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeNotFound or ErrorReason.NodeAssociated)
        {
            return Outcome.Unfit;
        }
    }

    [LoggerMessage(EventId = 1751, EventName = "AllocationReserved", Level = LogLevel.Information, Message = "Node {Node} is reserved for allocation {Allocation}")]
    private partial void LogReserved(string node, string allocation);

    [LoggerMessage(EventId = 1752, EventName = "AllocationNotFound", Level = LogLevel.Warning, Message = "{Error}")]
    private partial void LogNotFound(string error);

    [LoggerMessage(EventId = 1753, EventName = "AllocationGone", Level = LogLevel.Information, Message = "Allocation {Allocation} is gone before a node was found")]
    private partial void LogGone(string allocation);

    [LoggerMessage(EventId = 1754, EventName = "AllocationFailed", Level = LogLevel.Error, Message = "Allocation {Allocation} failed unexpectedly")]
    private partial void LogFailed(Exception exception, string allocation);

    [LoggerMessage(EventId = 1755, EventName = "AllocationUnavailable", Level = LogLevel.Warning, Message = "Allocation {Allocation} has to wait")]
    private partial void LogUnavailable(Exception exception, string allocation);

    private enum Outcome
    {
        Reserved,
        Locked,
        Unfit,
    }

    /// <summary>One look at all candidates: the namesake first, then all from some place on, then those before it.</summary>
    private sealed class Search(AllocationRow allocation, CandidateNodes candidates)
    {
        private bool _foundAny;
        private bool _foundSuitable;

        /// <summary>Why there was none, after all have been looked at.</summary>
        public string Failure => (_foundAny, _foundSuitable) switch
        {
            (true, true) => "all nodes were filtered out during reservation",
            (true, false) => $"no suitable nodes have the requested traits {string.Join(", ", allocation.GetTraits())}",
            _ when allocation.GetCandidateNodes().Count > 0 => $"none of the requested nodes are available and match the resource class {allocation.ResourceClass}",
            _ => $"no available nodes match the resource class {allocation.ResourceClass}",
        };

        public async IAsyncEnumerable<CandidateNode> NodesAsync()
        {
            foreach (var node in Suitable(await candidates.FindNamesakeAsync(allocation, CancellationToken.None)))
                yield return node;
            var place = await candidates.RandomPlaceAsync(CancellationToken.None);
            foreach (var (first, last) in new[] { (place, long.MaxValue), (0L, place) })
            {
                for (var after = first; await candidates.NextAsync(allocation, after, last, CancellationToken.None) is { Count: > 0 } batch; after = batch[^1].Id)
                {
                    foreach (var node in Suitable(batch))
                        yield return node;
                }
            }
        }

        private CandidateNode[] Suitable(IReadOnlyList<CandidateNode> batch)
        {
            _foundAny |= batch.Count > 0;
            var suitable = batch.Where(n => n.HasTraits).ToArray();
            _foundSuitable |= suitable.Length > 0;
            return suitable;
        }
    }
}
