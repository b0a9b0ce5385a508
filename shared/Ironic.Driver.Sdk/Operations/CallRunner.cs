using Google.Protobuf;
using Grpc.Core;
using Ironic.Driver.Sdk.Services;
using Ironic.Hosting.Requests;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk.Operations;

/// <summary>Runs calls: those that change nothing directly, the others as operations that are done once.</summary>
internal sealed partial class CallRunner(OperationRegistry operations, IOptions<DriverOptions> options, TimeProvider time, ILogger<CallRunner> logger)
{
    // A broken connection and a caller that cancels look alike at first; the connection's own end is told some milliseconds later.
    private static readonly TimeSpan SettleTime = TimeSpan.FromMilliseconds(100);

    // gRPC sends deadlines as remaining time; two clocks round it.
    private static readonly TimeSpan DeadlineTolerance = TimeSpan.FromMilliseconds(50);

    /// <summary>Runs a call that changes nothing; it ends with its caller.</summary>
    public async Task<T> ReadAsync<T>(CallScope scope, ServerCallContext context, Func<CancellationToken, ValueTask<T>> body)
    {
        using var logScope = BeginScope(scope);
        operations.EnterDirectCall();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, operations.Stopping);
        try
        {
            return await body(stop.Token);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw EndedByCaller(scope, context);
        }
        catch (OperationCanceledException) when (operations.Stopping.IsCancellationRequested)
        {
            throw Operation.CreateShutdownException(scope);
        }
#pragma warning disable CA1031 // Every failure is translated for the caller.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LogFailure(scope, exception);
            throw ErrorTranslator.Translate(exception, scope.Redactor);
        }
        finally
        {
            operations.LeaveDirectCall();
        }
    }

    /// <summary>
    /// Runs a call that changes something: once for each operation id. Without an id it runs as <see cref="ReadAsync"/>, but not for a caller
    /// whose lock is out of date.
    /// </summary>
    public async Task<T> ChangeAsync<T>(CallScope scope, ServerCallContext context, Func<CancellationToken, ValueTask<T>> body)
        where T : class, IMessage
    {
        if (scope.OperationId.Length == 0)
        {
            return await ReadAsync(scope, context, cancellationToken =>
            {
                operations.CheckFence(scope);
                return body(cancellationToken);
            });
        }

        using var logScope = BeginScope(scope);
        var operation = Join(scope, async (_, cancellationToken) => await body(cancellationToken));
        return (T)await WaitAsync(operation, context, () => operation.Completion.WaitAsync(context.CancellationToken));
    }

    /// <summary>
    /// Runs a long operation and passes its progress on, from the message after <paramref name="resumeAfter"/>; the last message comes with the result.
    /// </summary>
    public async Task StreamAsync<T>(
        CallScope scope,
        ulong resumeAfter,
        ServerCallContext context,
        Func<V1.Progress, T?, CancellationToken, Task> write,
        Func<IOperationProgress, CancellationToken, Task<T>> body)
        where T : class, IMessage
    {
        using var logScope = BeginScope(scope);
        var operation = Join(scope, async (progress, cancellationToken) => await body(progress, cancellationToken));
        await WaitAsync(operation, context, async () =>
        {
            var last = resumeAfter;
            while (true)
            {
                var (messages, more) = operation.ReadProgress(last);
                foreach (var message in messages)
                {
                    await write(message, null, context.CancellationToken);
                    last = message.Sequence;
                }

                if (more is null)
                    break;
                await more.WaitAsync(context.CancellationToken);
            }

            var result = await operation.Completion;
            await write(new V1.Progress { Sequence = operation.LastSequence + 1, Percent = 100, Completed = true }, (T)result, context.CancellationToken);
            return result;
        });
    }

    private Operation Join(CallScope scope, Func<Operation, CancellationToken, Task<IMessage>> body)
    {
        try
        {
            return operations.Join(scope, async (operation, cancellationToken) =>
            {
                try
                {
                    return await body(operation, cancellationToken);
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
                {
                    LogFailure(scope, exception);
                    throw;
                }
            });
        }
        catch (DriverException exception)
        {
            throw ErrorTranslator.Translate(exception, scope.Redactor);
        }
    }

    private async Task<IMessage> WaitAsync(Operation operation, ServerCallContext context, Func<Task<IMessage>> wait)
    {
        var connectionClosed = context.GetHttpContext().Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? CancellationToken.None;
        var leftEarly = true;
        try
        {
            var result = await wait();
            leftEarly = false;
            return result;
        }
        catch (Exception) when (context.CancellationToken.IsCancellationRequested)
        {
            // Also what a write to a caller that has gone throws.
            throw EndedByCaller(operation.Scope, context);
        }
        finally
        {
            if (operation.Leave(out var joins) && leftEarly && !operation.Completion.IsCompleted)
                _ = AbandonAsync(operation, joins, context.Deadline, connectionClosed);
        }
    }

    /// <summary>The last caller has gone before the end: by its deadline, because it cancelled, or because its connection broke.</summary>
    private async Task AbandonAsync(Operation operation, int joins, DateTime deadline, CancellationToken connectionClosed)
    {
        if (IsPast(deadline))
        {
            operation.Cancel(CancelReason.Deadline);
            return;
        }

        if (operation.Scope.IsDetached)
        {
            await WaitForDetachedAsync(operation, joins, deadline);
            return;
        }

        await Task.Delay(SettleTime, TimeProvider.System, connectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!operation.IsDeserted(joins))
            return;
        if (!connectionClosed.IsCancellationRequested)
        {
            operation.Cancel(CancelReason.Caller);
            return;
        }

        var left = deadline == DateTime.MaxValue ? TimeSpan.MaxValue : deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
        var window = left < options.Value.Operations.ResumeWindow ? left : options.Value.Operations.ResumeWindow;
        if (window > TimeSpan.Zero)
        {
            LogOrphaned(operation.Scope.Operation, operation.Scope.OperationId, window);
            await Task.WhenAny(operation.Completion, Task.Delay(window, time, CancellationToken.None));
        }

        if (operation.IsDeserted(joins))
            operation.Cancel(window == left ? CancelReason.Deadline : CancelReason.Abandoned);
    }

    // Whoever follows it next may come much later.
    private async Task WaitForDetachedAsync(Operation operation, int joins, DateTime deadline)
    {
        if (deadline == DateTime.MaxValue)
            return;
        var left = deadline - TimeProvider.System.GetUtcNow().UtcDateTime;
        using var over = new CancellationTokenSource();
        await Task.WhenAny(operation.Completion, Task.Delay(left, time, over.Token));
        await over.CancelAsync();
        if (operation.IsDeserted(joins))
            operation.Cancel(CancelReason.Deadline);
    }

    private static bool IsPast(DateTime deadline) => deadline != DateTime.MaxValue && TimeProvider.System.GetUtcNow().UtcDateTime >= deadline - DeadlineTolerance;

    private static RpcException EndedByCaller(CallScope scope, ServerCallContext context) => IsPast(context.Deadline)
        ? new RpcException(new Status(StatusCode.DeadlineExceeded, $"{scope.Operation} did not end before its deadline."))
        : new RpcException(new Status(StatusCode.Cancelled, $"{scope.Operation} was cancelled by its caller."));

    private IDisposable? BeginScope(CallScope scope)
    {
        // The conductor's word for the request, where the header is missing.
        if (RequestContext.Current?.RequestId != scope.RequestId && RequestIds.IsValid(scope.RequestId))
            RequestContext.Current = new RequestContext(scope.RequestId, RequestContext.Current?.Version ?? default);
        return logger.BeginScope(new KeyValuePair<string, object?>[]
        {
            new(RequestContext.RequestIdProperty, RequestContext.Current?.RequestId), new("NodeUuid", scope.NodeUuid), new("Operation", scope.Operation),
        });
    }

    private void LogFailure(CallScope scope, Exception exception)
    {
        if (exception is DriverException known)
            LogRefused(scope.Operation, scope.NodeUuid, known.Class, scope.Redactor.Redact(known.Message));
        else
            LogDefect(scope.Operation, scope.NodeUuid, scope.Redactor.Redact(exception.ToString()));
    }

    [LoggerMessage(EventId = 7120, EventName = "CallFailed", Level = LogLevel.Information, Message = "{Operation} of node {NodeUuid} failed: {ErrorClass}: {ErrorMessage}")]
    private partial void LogRefused(string operation, string nodeUuid, ErrorClass errorClass, string errorMessage);

    [LoggerMessage(EventId = 7121, EventName = "CallDefect", Level = LogLevel.Error, Message = "{Operation} of node {NodeUuid} failed with an unexpected exception: {Exception}")]
    private partial void LogDefect(string operation, string nodeUuid, string exception);

    [LoggerMessage(EventId = 7122, EventName = "OperationOrphaned", Level = LogLevel.Warning, Message = "The connection of the caller of {Operation} {OperationId} broke; it goes on for {ResumeWindow} unless it is taken up again")]
    private partial void LogOrphaned(string operation, string operationId, TimeSpan resumeWindow);
}
