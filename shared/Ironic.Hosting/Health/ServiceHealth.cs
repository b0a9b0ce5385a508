namespace Ironic.Hosting.Health;

/// <summary>One thing that must be well for the process to serve, such as "database".</summary>
/// <param name="Healthy">Whether it is.</param>
/// <param name="Reason">Why it is not, for people, without secrets.</param>
public sealed record HealthCondition(bool Healthy, string? Reason);

/// <summary>The health at one moment.</summary>
/// <param name="IsServing">Every condition is well.</param>
/// <param name="Conditions">All conditions by name.</param>
/// <param name="Changed">Completes when this is no more the newest state.</param>
public sealed record HealthSnapshot(bool IsServing, IReadOnlyDictionary<string, HealthCondition> Conditions, Task Changed);

/// <summary>
/// Whether the process serves, made up of named conditions that its parts set. The gRPC health service and <c>/healthcheck</c> show it.
/// The condition <c>host</c> is the process itself: well between the end of its start and the begin of its stop.
/// </summary>
public sealed class ServiceHealth
{
    internal const string HostCondition = "host";

    private readonly Lock _lock = new();
    private readonly HashSet<string> _services = new(StringComparer.Ordinal);
    private volatile State _state = new(
        new Dictionary<string, HealthCondition>(StringComparer.Ordinal) { [HostCondition] = new(false, "starting") });

    /// <summary>The health now.</summary>
    public HealthSnapshot Current => _state.Snapshot;

    /// <summary>Sets a condition; one that was never set does not count.</summary>
    /// <param name="condition">Its name.</param>
    /// <param name="healthy">Whether it is well.</param>
    /// <param name="reason">Why it is not, for people, without secrets.</param>
    public void Set(string condition, bool healthy, string? reason = null)
    {
        lock (_lock)
        {
            var value = new HealthCondition(healthy, reason);
            var old = _state;
            if (old.Snapshot.Conditions.TryGetValue(condition, out var before) && before == value)
                return;
            _state = new State(new Dictionary<string, HealthCondition>(old.Snapshot.Conditions, StringComparer.Ordinal) { [condition] = value });
            old.Change.SetResult();
        }
    }

    /// <summary>Makes a full gRPC service name known to the health service. Services mapped with <c>MapGrpcService</c> are known by themselves.</summary>
    public void AddService(string fullName)
    {
        lock (_lock)
            _services.Add(fullName);
    }

    internal bool HasService(string fullName)
    {
        lock (_lock)
            return _services.Contains(fullName);
    }

    private sealed class State
    {
        public State(IReadOnlyDictionary<string, HealthCondition> conditions) =>
            Snapshot = new HealthSnapshot(conditions.Values.All(condition => condition.Healthy), conditions, Change.Task);

        public TaskCompletionSource Change { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public HealthSnapshot Snapshot { get; }
    }
}
