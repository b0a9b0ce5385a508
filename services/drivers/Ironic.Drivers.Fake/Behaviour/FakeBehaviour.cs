using System.Text.Json;
using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>
/// What all operations of the fake interfaces go through: the call log, then the delay and the failure that are asked for.
/// A node asks for them in its driver_info, for an operation or a whole interface, before the configuration:
/// <c>{"fake_delay": {"power.set_power_state": "1,2", "vendor": 0.5}, "fake_fail": {"power.set_power_state": "BMC_UNREACHABLE"}}</c>.
/// <c>{"fake_wait": ["deploy.prepare_cleaning"]}</c> makes a part of a flow wait for an agent's heartbeat.
/// </summary>
internal sealed class FakeBehaviour(IOptions<FakeOptions> options, CallLog log, TimeProvider time)
{
    private const string DelayKey = "fake_delay";
    private const string FailKey = "fake_fail";
    private const string WaitKey = "fake_wait";
    private const string ValidateOperation = "vendor.validate";

    /// <summary>Runs an operation that changes something, or a vendor call.</summary>
    /// <param name="describe">What the call log says of the result; null: nothing.</param>
    public async Task<T> RunAsync<T>(
        NodeContext node, string operation, Func<Task<T>> body, CancellationToken cancellationToken, Func<T, string>? describe = null)
    {
        log.Started(operation, node.Uuid, node.OperationId, node.Epoch, node.RequestId);
        var outcome = "ok";
        string? description = null;
        try
        {
            await ApplyAsync(node.DriverInfo, operation, cancellationToken);
            var result = await body();
            description = describe?.Invoke(result);
            return result;
        }
        catch (Exception exception)
        {
            outcome = DescribeOutcome(exception, cancellationToken);
            throw;
        }
        finally
        {
            log.Ended(operation, node.Uuid, node.OperationId, node.Epoch, node.RequestId, outcome, description);
        }
    }

    /// <summary>Runs a part of a flow. A node asks for the outcome <see cref="WorkOutcome.Wait"/> by naming the operation in <c>fake_wait</c> of its driver_info.</summary>
    public Task<WorkOutcome> RunPhaseAsync(NodeContext node, string operation, CancellationToken cancellationToken) =>
        RunAsync(
            node,
            operation,
            () => Task.FromResult(node.DriverInfo.Get<List<string>>(WaitKey)?.Contains(operation) is true ? WorkOutcome.Wait : WorkOutcome.Done),
            cancellationToken);

    /// <summary>Runs a step, as <see cref="RunPhaseAsync"/>.</summary>
    public async Task<StepResult> RunStepAsync(NodeContext node, string operation, CancellationToken cancellationToken) =>
        new(await RunPhaseAsync(node, operation, cancellationToken));

    /// <summary>Runs a vendor call that is about no node.</summary>
    public async Task<T> RunAsync<T>(DriverContext context, string operation, Func<Task<T>> body, CancellationToken cancellationToken)
    {
        log.Started(operation, "", context.OperationId, 0, context.RequestId);
        var outcome = "ok";
        try
        {
            await ApplyAsync(JsonMap.Empty, operation, cancellationToken);
            return await body();
        }
        catch (Exception exception)
        {
            outcome = DescribeOutcome(exception, cancellationToken);
            throw;
        }
        finally
        {
            log.Ended(operation, "", context.OperationId, 0, context.RequestId, outcome);
        }
    }

    /// <summary>Validates a vendor call: <c>vendor.validate</c> may be delayed and fail as any operation.</summary>
    public async ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken)
    {
        log.Validated(node.Uuid, node.Epoch, node.RequestId, call);
        await ApplyAsync(node.DriverInfo, ValidateOperation, cancellationToken);
    }

    /// <inheritdoc cref="ValidateAsync(NodeContext, VendorCall, CancellationToken)"/>
    public async ValueTask ValidateAsync(DriverContext context, VendorCall call, CancellationToken cancellationToken)
    {
        log.Validated("", 0, context.RequestId, call);
        await ApplyAsync(JsonMap.Empty, ValidateOperation, cancellationToken);
    }

    /// <summary>The delay and the failure alone, for an operation that changes nothing.</summary>
    public async Task ApplyAsync(JsonMap driverInfo, string operation, CancellationToken cancellationToken)
    {
        if (FindDelay(driverInfo, operation) is { } delay && delay.Choose() is var pause && pause > TimeSpan.Zero)
            await Task.Delay(pause, time, cancellationToken);
        if (FindFailure(driverInfo, operation) is { } errorClass)
            throw FakeFailure.Create(errorClass, $"The fake driver was asked to fail {operation}.");
    }

    private static string DescribeOutcome(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        OperationCanceledException when cancellationToken.IsCancellationRequested => "cancelled",
        DriverException known => JsonNamingPolicy.SnakeCaseUpper.ConvertName(known.Class.ToString()),
        _ => "INTERNAL",
    };

    private DelayRange? FindDelay(JsonMap driverInfo, string operation)
    {
        if (Find(driverInfo, DelayKey, operation) is not { } asked)
            return Find(options.Value.Delays, operation) is { } configured ? DelayRange.Parse(configured) : null;
        return DelayRange.Parse(asked.ValueKind == JsonValueKind.Number ? asked.GetRawText() : asked.ToString())
            ?? throw new InvalidParameterException($"'{DelayKey}' of driver_info must hold seconds or 'min,max' for {operation}.");
    }

    private ErrorClass? FindFailure(JsonMap driverInfo, string operation)
    {
        if (Find(driverInfo, FailKey, operation) is not { } asked)
            return Find(options.Value.Failures, operation) is { } configured ? FakeFailure.FindClass(configured) : null;
        return FakeFailure.FindClass(asked.ToString())
            ?? throw new InvalidParameterException($"'{FailKey}' of driver_info must hold one of {string.Join(", ", FakeFailure.ClassNames)} for {operation}.");
    }

    private static JsonElement? Find(JsonMap driverInfo, string key, string operation)
    {
        if (!driverInfo.TryGet(key, out var asked))
            return null;
        if (asked.ValueKind != JsonValueKind.Object)
            throw new InvalidParameterException($"'{key}' of driver_info must be an object whose keys are operations.");
        return asked.TryGetProperty(operation, out var value) || asked.TryGetProperty(InterfaceOf(operation), out value) ? value : null;
    }

    private static string? Find(Dictionary<string, string> configured, string operation) =>
        configured.TryGetValue(operation, out var value) || configured.TryGetValue(InterfaceOf(operation), out value) ? value : null;

    private static string InterfaceOf(string operation) => operation[..operation.IndexOf('.', StringComparison.Ordinal)];
}
