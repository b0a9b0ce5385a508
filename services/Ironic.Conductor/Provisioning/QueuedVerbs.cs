using System.Diagnostics.Metrics;
using Ironic.Api.V1;
using Ironic.Conductor.Cluster;
using Ironic.Conductor.Lanes;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Provisioning;

/// <summary>
/// Begins the verbs whose turn has come: those of this conductor's nodes that are among the first so many of the whole queue as there is room for. All
/// conductors count alike, and a node is one's own.
/// </summary>
internal sealed partial class QueuedVerbs
{
    private readonly VerbQueueStore _store;
    private readonly ConcurrencyLimits _limits;
    private readonly TaskManager _tasks;
    private readonly DeploymentFlow _deployment;
    private readonly TearDown _tearDown;
    private readonly CleaningFlow _cleaning;
    private readonly ProvisionWork _work;
    private readonly ConductorLanes _lanes;
    private readonly Membership _membership;
    private readonly ConductorIdentity _self;
    private readonly Clock _clock;
    private readonly ILogger<QueuedVerbs> _logger;
    private IReadOnlyDictionary<string, int> _waiting = new Dictionary<string, int>();

    public QueuedVerbs(
        VerbQueueStore store,
        ConcurrencyLimits limits,
        TaskManager tasks,
        DeploymentFlow deployment,
        TearDown tearDown,
        CleaningFlow cleaning,
        ProvisionWork work,
        ConductorLanes lanes,
        Membership membership,
        ConductorIdentity self,
        Clock clock,
        ConductorMetrics metrics,
        ILogger<QueuedVerbs> logger)
    {
        (_store, _limits, _tasks, _deployment, _tearDown, _cleaning, _work) = (store, limits, tasks, deployment, tearDown, cleaning, work);
        (_lanes, _membership, _self, _clock, _logger) = (lanes, membership, self, clock, logger);
        metrics.WatchQueuedVerbs(() => LimitedWork.All.Select(one => new Measurement<int>(
            Volatile.Read(ref _waiting).GetValueOrDefault(one.Name), new KeyValuePair<string, object?>("work", one.Name))));
    }

    /// <returns>How many were begun.</returns>
    public async Task<int> BeginNextAsync(CancellationToken stopping)
    {
        var begun = 0;
        var waiting = await _store.CountAsync(stopping);
        Volatile.Write(ref _waiting, waiting);
        foreach (var work in LimitedWork.All.Where(one => waiting.ContainsKey(one.Name)))
        {
            // In this order: a list from before the count lets too few begin, one from after it too many.
            var first = await FindFirstAsync(work, stopping);
            var room = await _limits.CountRoomAsync(work, stopping);
            foreach (var verb in first.Take(room).Where(verb => FindConductor(verb) == _self.Hostname))
            {
                if (!_lanes.Actions.HasRoom)
                    return begun;
                if (await TryBeginAsync(verb, stopping))
                    begun++;
            }
        }

        return begun;
    }

    // Whom nobody can serve now lets others go first.
    private async Task<List<QueuedVerb>> FindFirstAsync(LimitedWork work, CancellationToken stopping)
    {
        var (first, most, after) = (new List<QueuedVerb>(), _limits.MostOf(work), 0L);
        while (first.Count < most && await _store.NextAsync(work.Name, after, stopping) is { Count: > 0 } page)
        {
            first.AddRange(page.Where(verb => FindConductor(verb) is not null));
            after = page[^1].Id;
        }

        return first;
    }

    private string? FindConductor(QueuedVerb verb) => _membership.FindConductor(verb.Driver, verb.ConductorGroup, verb.NodeUuid);

    private async Task<bool> TryBeginAsync(QueuedVerb verb, CancellationToken stopping)
    {
        // What is done from here on is done for that request.
        RequestContext.Current = new RequestContext(verb.RequestId, new Microversion(verb.Microversion)) { UserId = verb.UserId, ProjectId = verb.ProjectId };
        using var scope = _logger.BeginScope(RequestContext.Current);
        try
        {
            await using var task = await _tasks.OpenExclusiveAsync(verb.NodeUuid, stopping, patience: TimeSpan.Zero);
            if (await _store.FindAsync(task.Node.Id, stopping) != verb.Id)
                return false;
            task.HandOver(_lanes.Actions, (held, lost) => BeginAsync(held, verb, lost));
            return true;
        }
        catch (IronicException e) when (e.Reason is ErrorReason.NodeLocked or ErrorReason.NodeNotFound or ErrorReason.NoFreeConductorWorker)
        {
            LogNotYet(verb.NodeUuid, e.Message);
            return false;
        }
    }

    private async Task BeginAsync(NodeTask task, QueuedVerb verb, CancellationToken lost)
    {
        SetNodeProvisionStateRequest request;
        try
        {
            request = SetNodeProvisionStateRequest.Parser.ParseFrom(await _store.ReadRequestAsync(verb.Id, lost));
            var waited = new JournalEntry("turn", $"The turn of the node has come: its {verb.Work} begins.") { Duration = _clock.UtcNow - verb.CreatedAt };
            await task.SaveAsync(write => VerbQueueStore.RemoveAsync(write, verb.Id), lost, waited);
        }
        catch (Exception e)
        {
            // Nothing was begun: it stays in the queue. Had the removal taken place after all, the node would be one whose work was interrupted.
            LogNotBegun(e, verb.NodeUuid);
            return;
        }

        await _work.RunAsync(task, (held, gone) => GoOnAsync(held, verb, request, gone), lost);
    }

    private async Task GoOnAsync(NodeTask task, QueuedVerb verb, SetNodeProvisionStateRequest request, CancellationToken lost)
    {
        await task.LoadDriverAsync(lost);
        await (ProvisionVerbs.All[request.Target].Event switch
        {
            "deploy" or "rebuild" => _deployment.GoOnAsync(task, request, lost),
            "delete" => _tearDown.GoOnAsync(task, verb.FromState, lost),
            "clean" => _cleaning.GoOnAsync(task, request, new Microversion(verb.Microversion), lost),
            var other => throw new InvalidOperationException($"{other} never waits for its turn."),
        });
    }

    [LoggerMessage(EventId = 1603, EventName = "QueuedVerbNotYet", Level = LogLevel.Debug, Message = "The verb that waits for node {Node} cannot begin yet: {Reason}")]
    private partial void LogNotYet(string node, string reason);

    [LoggerMessage(EventId = 1604, EventName = "QueuedVerbNotBegun", Level = LogLevel.Warning, Message = "The verb that waits for node {Node} could not be begun; it is tried again")]
    private partial void LogNotBegun(Exception exception, string node);
}
