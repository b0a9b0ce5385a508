using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The power interfaces of the process.</summary>
internal sealed class PowerGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes, TimeProvider time) : V1.PowerService.PowerServiceBase
{
    // Timers take no more than about 49 days.
    private static readonly TimeSpan MaximumTimeout = TimeSpan.FromDays(30);

    public override Task<V1.GetPowerStateResponse> GetPowerState(V1.GetPowerStateRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("power.get_power_state", request.Context, request.Node), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var state = await catalog.Get<PowerInterface>(InterfaceType.Power, request.Interface).GetPowerStateAsync(node, cancellationToken);
            return new V1.GetPowerStateResponse { State = (V1.PowerState)state };
        });

    public override Task SetPowerState(
        V1.SetPowerStateRequest request, IServerStreamWriter<V1.SetPowerStateResponse> responseStream, ServerCallContext context)
    {
        var scope = scopes.ForNode("power.set_power_state", request.Context, request.Node, vendor: null, request.Interface, request.Target);
        if (scope.OperationId.Length == 0)
            throw ErrorTranslator.Create(ErrorClass.InvalidParameter, "SetPowerState needs an operation id.");
        return calls.StreamAsync<V1.SetPowerStateResponse>(
            scope,
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) => responseStream.WriteAsync(
                new V1.SetPowerStateResponse { Progress = progress, State = result?.State ?? V1.PowerState.Unspecified }, cancellationToken),
            (progress, cancellationToken) => SwitchAsync(request, progress, cancellationToken));
    }

    private async Task<V1.SetPowerStateResponse> SwitchAsync(V1.SetPowerStateRequest request, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var node = ContractMapping.ToNode(request.Node, request.Context);
        var power = catalog.Get<PowerInterface>(InterfaceType.Power, request.Interface);
        var target = (PowerTarget)request.Target;
        if (!power.SupportedTargets.Contains(target))
            throw new UnsupportedOperationException($"The power interface '{power.Name}' does not support the target '{DriverJson.ToSnakeCase(target.ToString())}'.");
        if (request.Timeout is null)
            return Describe(await power.SetPowerStateAsync(node, target, null, progress, cancellationToken));
        var timeout = ReadTimeout(request.Timeout);

        using var timer = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            return Describe(await power.SetPowerStateAsync(node, target, timeout, progress, linked.Token));
        }
        catch (OperationCanceledException exception) when (timer.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new RetryableException(
                $"The power target '{DriverJson.ToSnakeCase(target.ToString())}' was not reached within {timeout.TotalSeconds} seconds.", exception);
        }
    }

    private static TimeSpan ReadTimeout(Duration timeout)
    {
        if (timeout is { Seconds: >= 0, Nanos: >= 0 and < 1_000_000_000 } and not { Seconds: 0, Nanos: 0 })
            return timeout.Seconds < MaximumTimeout.TotalSeconds ? timeout.ToTimeSpan() : MaximumTimeout;
        throw new InvalidParameterException($"The timeout of {timeout.Seconds} seconds and {timeout.Nanos} nanoseconds is none; it must be positive.");
    }

    private static V1.SetPowerStateResponse Describe(PowerState state) => new() { State = (V1.PowerState)state };
}
