using System.Collections.Concurrent;
using Ironic.Api.V1;
using Ironic.Client;

namespace Ironic.Bench.Scenarios;

/// <summary>Brings nodes from state to state. It sees them arrive on one stream of events, so that nothing of a system's time is spent on being asked.</summary>
internal sealed class NodeFollower : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly IronicClient _client;
    private readonly ConcurrentDictionary<string, Arrival> _awaited = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _watch;

    private NodeFollower(IronicClient client)
    {
        _client = client;
        _watch = WatchAsync(_stopping.Token);
    }

    /// <returns>One that misses nothing from now on.</returns>
    public static async Task<NodeFollower> StartAsync(IronicClient client)
    {
        var follower = new NodeFollower(client);
        await await Task.WhenAny(follower._begun.Task, follower._watch);
        return follower;
    }

    /// <summary>Applies a verb and waits until the node is where it leads to.</summary>
    /// <param name="node">The node's UUID.</param>
    /// <param name="verb"><c>manage</c>, <c>provide</c>, …</param>
    /// <param name="goal">The state where it ends.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="IronicApiException">The verb was refused.</exception>
    /// <exception cref="InvalidOperationException">The node went elsewhere.</exception>
    /// <exception cref="TimeoutException">It stays where it is.</exception>
    /// <exception cref="IOException">The stream of events was ended.</exception>
    public async Task ProvisionAsync(string node, string verb, string goal, CancellationToken cancellationToken)
    {
        var arrival = _awaited[node] = new Arrival(goal);
        try
        {
            await _client.SetProvisionStateAsync(node, verb, cancellationToken);
            await await Task.WhenAny(arrival.Reached.Task, _watch).WaitAsync(Limit, cancellationToken);
        }
        finally
        {
            _awaited.TryRemove(node, out _);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        // Whoever waited for a node has been told how it ended.
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var call = _client.Watch.Watch(new WatchRequest { EventTypes = { "provision_state" } }, cancellationToken: cancellationToken);
        try
        {
            while (await call.ResponseStream.MoveNext(cancellationToken))
            {
                // The first message has no event: it says that the stream has begun.
                _begun.TrySetResult();
                if (call.ResponseStream.Current.Event is { } seen && _awaited.TryGetValue(seen.NodeUuid, out var arrival))
                    arrival.See(seen);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return;
        }

        throw new IOException("the system has ended the stream of events");
    }

    private sealed class Arrival(string goal)
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void See(NodeEvent seen)
        {
            if (seen.ToState == goal)
                Reached.TrySetResult();
            else if (!seen.HasTargetState || seen.ToState.EndsWith(" failed", StringComparison.Ordinal))
                Reached.TrySetException(new InvalidOperationException($"node {seen.NodeUuid} came to {seen.ToState} instead of {goal}; its last_error says why"));
        }
    }
}
