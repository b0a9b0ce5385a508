using System.Text.Json.Nodes;
using Google.Protobuf;
using Grpc.Core;
using Ironic.Driver.Sdk.Services;

namespace Ironic.Driver.Sdk.Operations;

/// <summary>Why an operation was told to stop.</summary>
internal enum CancelReason
{
    None,
    Caller,
    Deadline,
    Abandoned,
    Superseded,
    Shutdown,
}

/// <summary>
/// One mutating operation: it runs once, whoever waits for it, and its outcome is kept.
/// It lives on when its caller's connection breaks, so that the caller can take it up again by its id.
/// </summary>
internal sealed class Operation(CallScope scope) : IOperationProgress, IDisposable
{
    // More than any display needs; messages without changes to driver_internal_info are then dropped, the oldest first.
    private const int MaximumProgressMessages = 1_000;

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource<IMessage> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<V1.Progress> _progress = [];
    private TaskCompletionSource _progressed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancelReason _cancelReason;
    private ulong _sequence;
    private int _callers;
    private int _joins;

    public CallScope Scope { get; } = scope;

    /// <summary>The outcome; faulted with the <see cref="RpcException"/> to answer with when the operation failed.</summary>
    public Task<IMessage> Completion => _completion.Task;

    /// <summary>The number of the last progress message.</summary>
    public ulong LastSequence
    {
        get
        {
            lock (_lock)
                return _sequence;
        }
    }

    public int ResultSize => Completion.IsCompletedSuccessfully ? Completion.Result.CalculateSize() : 0;

    public void Join()
    {
        lock (_lock)
        {
            _callers++;
            _joins++;
        }
    }

    /// <summary>Returns true for the last caller.</summary>
    /// <param name="joins">Counts the callers so far, for <see cref="IsDeserted"/>.</param>
    public bool Leave(out int joins)
    {
        lock (_lock)
        {
            joins = _joins;
            return --_callers == 0;
        }
    }

    /// <summary>Whether nobody waits for the outcome and nobody has come since <see cref="Leave"/> gave <paramref name="joins"/>.</summary>
    public bool IsDeserted(int joins)
    {
        lock (_lock)
            return _callers == 0 && _joins == joins;
    }

    /// <summary>Tells the operation to stop. The first reason counts.</summary>
    public void Cancel(CancelReason reason)
    {
        lock (_lock)
        {
            if (_cancelReason != CancelReason.None || Completion.IsCompleted)
                return;
            _cancelReason = reason;
        }

        _cancellation.Cancel();
    }

    /// <summary>Runs the operation. It never throws: the outcome is in <see cref="Completion"/>.</summary>
    public async Task RunAsync(IReadOnlyCollection<Operation> superseded, Func<Operation, CancellationToken, Task<IMessage>> body)
    {
        try
        {
            // Two holders of the node's lock never work on it at the same time, even if the older one has not noticed that it lost it.
            foreach (var operation in superseded)
                await operation.WaitForEndAsync(_cancellation.Token);
            _completion.SetResult(await body(this, _cancellation.Token));
        }
        catch (OperationCanceledException) when (_cancelReason != CancelReason.None)
        {
            _completion.SetException(DescribeCancellation());
        }
#pragma warning disable CA1031 // Whatever the driver's code throws is the operation's outcome.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            _completion.SetException(ErrorTranslator.Translate(exception, Scope.Redactor));
        }
        finally
        {
            // Observed here, so that an outcome that nobody waits for is no unobserved exception.
            _ = Completion.Exception;
            Wake();
        }
    }

    public void Report(string message, int? percent = null, JsonObject? driverInternalInfo = null)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (percent is < 0 or > 100)
            throw new ArgumentOutOfRangeException(nameof(percent), percent, "must be from 0 to 100");
        var progress = new V1.Progress { Message = Scope.Redactor.Redact(message) };
        if (percent is { } value)
            progress.Percent = (uint)value;
        if (driverInternalInfo is not null)
            progress.DriverInternalInfo = new Types.V1.Json { Text = driverInternalInfo.ToJsonString(DriverJson.Options) };
        lock (_lock)
        {
            if (Completion.IsCompleted)
                return;
            progress.Sequence = ++_sequence;
            _progress.Add(progress);
            if (_progress.Count > MaximumProgressMessages && _progress.FindIndex(old => old.DriverInternalInfo is null) is >= 0 and var index)
                _progress.RemoveAt(index);
        }

        Wake();
    }

    /// <summary>The messages after <paramref name="sequence"/>, and what to wait for until there are more; null when there will be none.</summary>
    public (IReadOnlyList<V1.Progress> Messages, Task? More) ReadProgress(ulong sequence)
    {
        lock (_lock)
            return (_progress.FindAll(progress => progress.Sequence > sequence), Completion.IsCompleted ? null : _progressed.Task);
    }

    public void Dispose() => _cancellation.Dispose();

    /// <summary>What a call is answered with that was stopped because the process ends.</summary>
    public static RpcException CreateShutdownException(CallScope scope) =>
        ErrorTranslator.Create(ErrorClass.Retryable, $"{scope.Operation} was stopped: the driver shuts down.");

    private async Task WaitForEndAsync(CancellationToken cancellationToken)
    {
        await ((Task)Completion).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private void Wake()
    {
        TaskCompletionSource progressed;
        lock (_lock)
        {
            progressed = _progressed;
            _progressed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        progressed.SetResult();
    }

    private RpcException DescribeCancellation() => _cancelReason switch
    {
        CancelReason.Superseded => ErrorTranslator.Create(
            ErrorClass.StaleEpoch, $"{Scope.Operation} was stopped: a newer lock holder has called for node {Scope.NodeUuid}."),
        CancelReason.Shutdown => CreateShutdownException(Scope),
        CancelReason.Deadline => new RpcException(new Status(StatusCode.DeadlineExceeded, $"{Scope.Operation} did not end before its deadline.")),
        CancelReason.Abandoned => new RpcException(new Status(StatusCode.Cancelled, $"{Scope.Operation} was stopped: its caller did not come back.")),
        _ => new RpcException(new Status(StatusCode.Cancelled, $"{Scope.Operation} was cancelled by its caller.")),
    };
}
