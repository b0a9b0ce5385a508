using System.Text.Json;
using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;
using Ironic.Driver.Sdk.Steps;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The steps of all interfaces of the process.</summary>
internal sealed class StepGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes, OperationRegistry operations) : V1.StepService.StepServiceBase
{
    public override Task ExecuteStep(V1.ExecuteStepRequest request, IServerStreamWriter<V1.ExecuteStepResponse> responseStream, ServerCallContext context)
    {
        StepMethod step;
        try
        {
            step = catalog.GetStep((InterfaceType)request.Type, request.Interface, request.Step, request.Kind);
        }
        catch (DriverException exception)
        {
            throw ErrorTranslator.Create(exception.Class, exception.Message);
        }

        var name = $"{DriverJson.ToSnakeCase(request.Type.ToString())}.{request.Step}";
        var scope = scopes.ForChange(name, request.Context, request.Node, request.Interface, request.Kind, request.Arguments?.Text ?? "") with
        {
            IsDetached = step.IsLongRunning,
            IsAbortable = step.Description.Abortable,
        };
        return calls.StreamAsync<V1.ExecuteStepResponse>(
            scope,
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) =>
            {
                var message = result?.Clone() ?? new V1.ExecuteStepResponse { Detached = step.IsLongRunning };
                message.Progress = progress;
                return responseStream.WriteAsync(message, cancellationToken);
            },
            (progress, cancellationToken) => RunAsync(request, step, progress, cancellationToken));
    }

    public override Task<V1.CancelStepResponse> CancelStep(V1.CancelStepRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("step.cancel", request.Context, request.Node), context, _ =>
        {
            if (operations.Find(request.OperationId) is not { } operation || operation.Completion.IsCompleted || operation.Scope.NodeUuid != request.Node?.Uuid)
                return ValueTask.FromResult(new V1.CancelStepResponse());
            if (operation.Scope is not { IsDetached: true, IsAbortable: true })
                throw new UnsupportedOperationException($"The step {operation.Scope.Operation} of node {operation.Scope.NodeUuid} cannot be stopped.");
            operation.Cancel(CancelReason.Caller);
            return ValueTask.FromResult(new V1.CancelStepResponse());
        });

    private static async Task<V1.ExecuteStepResponse> RunAsync(V1.ExecuteStepRequest request, StepMethod step, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var node = ContractMapping.ToNode(request.Node, request.Context);
        // The first message lets the conductor go.
        if (step.IsLongRunning)
            progress.Report($"The step {request.Step} has begun");
        var result = await step.InvokeAsync(new StepInvocation(ContractMapping.ToStepCall(request), node, progress, cancellationToken));
        return new V1.ExecuteStepResponse
        {
            Outcome = (V1.WorkOutcome)result.Outcome,
            RaidConfig = result.RaidConfig is { } raid ? new Types.V1.Json { Text = JsonSerializer.Serialize(raid, DriverJson.Options) } : null,
        };
    }
}
