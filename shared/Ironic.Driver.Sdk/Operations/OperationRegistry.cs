using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk.Operations;

/// <summary>The operations that run, and the outcomes of those that have ended a short time ago.</summary>
internal sealed partial class OperationRegistry(IOptions<DriverOptions> options, TimeProvider time, ILogger<OperationRegistry> logger) : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly OperationOptions _options = options.Value.Operations;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Operation> _operations = new(StringComparer.Ordinal);
    private readonly Queue<(Operation Operation, long EndedAt, int Size)> _ended = new();
    private readonly NodeFences _fences = new(options.Value.Operations.MaximumFences);
    private readonly HashSet<Operation> _running = [];
    private readonly List<TaskCompletionSource> _idleWaiters = [];
    private long _endedBytes;
    private int _directCalls;
    private bool _draining;

    public bool IsDraining
    {
        get
        {
            lock (_lock)
                return _draining;
        }
    }

    /// <summary>Cancelled when calls that are no operations have to end.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>How many calls and operations run now.</summary>
    public int RunningCount
    {
        get
        {
            lock (_lock)
                return _running.Count + _directCalls;
        }
    }

    /// <summary>
    /// Starts the operation of <paramref name="scope"/>, or finds the one that has its id. The caller has joined it and has to leave.
    /// </summary>
    /// <exception cref="DriverException">The epoch is stale, the id belongs to another call, or the driver shuts down.</exception>
    public Operation Join(CallScope scope, Func<Operation, CancellationToken, Task<IMessage>> body)
    {
        Operation operation;
        IReadOnlyList<Operation>? superseded = [];
        lock (_lock)
        {
            Forget();
            if (_operations.TryGetValue(scope.OperationId, out var known))
            {
                if (known.Scope.Fingerprint != scope.Fingerprint || known.Scope.NodeUuid != scope.NodeUuid || known.Scope.Operation != scope.Operation)
                    throw new InvalidParameterException($"Operation id '{scope.OperationId}' belongs to another call ({known.Scope.Operation}).");
                known.Join();
                LogJoined(scope.Operation, scope.OperationId, scope.NodeUuid);
                return known;
            }

            if (_draining)
                throw new RetryableException("The driver shuts down and takes no new operations.");
            operation = new Operation(scope);
            if (scope is { Epoch: > 0, NodeUuid.Length: > 0 })
            {
                superseded = _fences.TryEnter(operation, out var highest);
                if (superseded is null)
                {
                    operation.Dispose();
                    throw Refuse(scope, highest);
                }
            }

            operation.Join();
            _operations.Add(scope.OperationId, operation);
            _running.Add(operation);
        }

        foreach (var older in superseded)
        {
            LogSuperseded(older.Scope.Operation, older.Scope.OperationId, scope.NodeUuid, older.Scope.Epoch, scope.Epoch);
            older.Cancel(CancelReason.Superseded);
        }

        // On a thread of its own: a method that blocks must not keep its caller from leaving.
        _ = Task.Run(() => RunAsync(operation, superseded, body), CancellationToken.None);
        return operation;
    }

    /// <summary>The operation of the id, as long as it is remembered; null for an unknown one.</summary>
    public Operation? Find(string operationId)
    {
        lock (_lock)
            return _operations.GetValueOrDefault(operationId);
    }

    /// <summary>Checks a call that is no operation and remembers its epoch.</summary>
    /// <exception cref="DriverException">The epoch is stale.</exception>
    public void CheckFence(CallScope scope)
    {
        if (scope is not { Epoch: > 0, NodeUuid.Length: > 0 })
            return;
        ulong highest;
        lock (_lock)
            highest = _fences.Raise(scope.NodeUuid, scope.Epoch);
        if (highest > scope.Epoch)
            throw Refuse(scope, highest);
    }

    /// <summary>Counts a call that is no operation, so that a drain waits for it too.</summary>
    public void EnterDirectCall()
    {
        lock (_lock)
            _directCalls++;
    }

    public void LeaveDirectCall()
    {
        lock (_lock)
        {
            _directCalls--;
            SignalIdle();
        }
    }

    /// <summary>Refuses new operations from now on. Running ones may be joined.</summary>
    public void StartDrain()
    {
        lock (_lock)
            _draining = true;
    }

    /// <summary>Ends when nothing runs any more.</summary>
    public Task WaitUntilIdleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _idleWaiters.Add(waiter);
            SignalIdle();
            return waiter.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Stops what still runs: the process ends.</summary>
    public void StopAll()
    {
        List<Operation> running;
        lock (_lock)
            running = [.. _running];
        foreach (var operation in running)
            operation.Cancel(CancelReason.Shutdown);
        _stopping.Cancel();
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync(Operation operation, IReadOnlyList<Operation> superseded, Func<Operation, CancellationToken, Task<IMessage>> body)
    {
        await operation.RunAsync(superseded, body);
        lock (_lock)
        {
            _running.Remove(operation);
            _fences.Leave(operation);
            var size = operation.ResultSize;
            _ended.Enqueue((operation, time.GetTimestamp(), size));
            _endedBytes += size;
            Forget();
            SignalIdle();
        }
    }

    private DriverException Refuse(CallScope scope, ulong highest)
    {
        LogStale(scope.Operation, scope.OperationId, scope.NodeUuid, scope.Epoch, highest);
        return new DriverException(ErrorClass.StaleEpoch, $"Epoch {scope.Epoch} of the lock of node {scope.NodeUuid} is out of date: {highest} has been seen.");
    }

    private void Forget()
    {
        while (_ended.TryPeek(out var oldest)
            && (_ended.Count > _options.MaximumOutcomes || _endedBytes > _options.MaximumOutcomeBytes || time.GetElapsedTime(oldest.EndedAt) >= _options.Retention))
        {
            _ended.Dequeue();
            _endedBytes -= oldest.Size;
            _operations.Remove(oldest.Operation.Scope.OperationId);
            oldest.Operation.Dispose();
        }
    }

    private void SignalIdle()
    {
        if (_running.Count + _directCalls > 0)
            return;
        _idleWaiters.ForEach(waiter => waiter.SetResult());
        _idleWaiters.Clear();
    }

    [LoggerMessage(EventId = 7110, EventName = "OperationRepeated", Level = LogLevel.Information, Message = "{Operation} {OperationId} of node {NodeUuid} is repeated; the caller gets the first one's outcome")]
    private partial void LogJoined(string operation, string operationId, string nodeUuid);

    [LoggerMessage(EventId = 7111, EventName = "StaleEpochRefused", Level = LogLevel.Warning, Message = "{Operation} {OperationId} of node {NodeUuid} refused: epoch {Epoch} is below {HighestEpoch}")]
    private partial void LogStale(string operation, string operationId, string nodeUuid, ulong epoch, ulong highestEpoch);

    [LoggerMessage(EventId = 7112, EventName = "OperationSuperseded", Level = LogLevel.Warning, Message = "{Operation} {OperationId} of node {NodeUuid} under epoch {Epoch} is stopped: a call with epoch {NewEpoch} has come")]
    private partial void LogSuperseded(string operation, string operationId, string nodeUuid, ulong epoch, ulong newEpoch);
}
