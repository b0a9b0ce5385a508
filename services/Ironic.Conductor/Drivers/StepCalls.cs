using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Steps;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Drivers;

/// <summary>A step's call that was begun: it is over, or goes on without the node's lock.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Result">The last message; null when the step goes on.</param>
/// <param name="Stream">The call of a step that goes on; its owner disposes it.</param>
internal sealed record StepStart(ExecuteStepRequest Request, ExecuteStepResponse? Result, AsyncServerStreamingCall<ExecuteStepResponse>? Stream);

/// <summary>Typed calls for steps.</summary>
internal sealed class StepCalls(DriverCalls calls, IOptions<DriverOptions> options)
{
    private readonly DriverOptions _options = options.Value;

    /// <summary>Begins a step, or joins the one that has the operation's id, and follows it until it is over or needs the node's lock no longer.</summary>
    /// <param name="operation">The operation's id.</param>
    /// <param name="again">The driver's process that was asked for it before, which alone may be asked again; null: it is new.</param>
    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION, and what the step's failure means to the caller of the API.</exception>
    public async Task<StepStart> ExecuteAsync(
        NodeTask task, StepKind kind, NodeStep step, string operation, CancellationToken cancellationToken, RegisteredDriver? again = null)
    {
        var request = Describe(task, kind, step, operation);
        var call = again is null ? Start(task.Driver, request) : Repeat(again, request);
        var goesOn = false;
        try
        {
            ExecuteStepResponse? last = null;
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                if (response.Progress?.DriverInternalInfo is { } changes)
                    await task.SaveDriverInternalInfoAsync(DriverCalls.ReadChanges(changes, task.Driver.Name), cancellationToken);
                last = response;
                if (!response.Detached || response.Progress is { Completed: true })
                    continue;
                request.ResumeAfter = response.Progress?.Sequence ?? 0;
                goesOn = true;
                return new StepStart(request, null, call);
            }

            return last is { Progress.Completed: true } ? new StepStart(request, last, null) : throw DriverCalls.Incomplete(task.Driver.Name);
        }
        catch (RpcException e)
        {
            throw DriverCalls.Failure(task, e, ErrorReason.DriverFailure);
        }
        finally
        {
            if (!goesOn)
                call.Dispose();
        }
    }

    /// <summary>Puts what a step's last message says of its node into the node; the caller stores it.</summary>
    /// <param name="result">Null: it says nothing.</param>
    /// <exception cref="IronicException">DRIVER_FAILURE: the message cannot be used.</exception>
    public static void Apply(NodeTask task, ExecuteStepResponse? result)
    {
        if (result?.RaidConfig is { } raid)
            task.Node.RaidConfig = JsonTexts.IsObject(raid.Text) ? raid.Text : throw new IronicException(ErrorReason.DriverFailure, "The driver sent a raid_config that is no JSON object.");
    }

    /// <summary>The request for a step.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION: the driver's process does not have the interface; LOCK_LOST.</exception>
    public static ExecuteStepRequest Describe(NodeTask task, StepKind kind, NodeStep step, string operation)
    {
        var type = InterfaceTypes.GetByName(step.Interface).Type;
        return new ExecuteStepRequest
        {
            Context = DriverCalls.Context(task, operation),
            Node = NodeContexts.From(task.Node),
            Type = type,
            Interface = DriverCalls.Served(task, type),
            Kind = kind,
            Step = step.Name,
            Arguments = step.Args is null ? null : new Json { Text = step.Args.ToJsonString(JsonTexts.Verbatim) },
        };
    }

    /// <summary>Stops a step that goes on without the node's lock. One that is over already is no error.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION: it cannot be stopped; and others.</exception>
    public async Task CancelAsync(NodeTask task, string operation, CancellationToken cancellationToken)
    {
        var request = new CancelStepRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), OperationId = operation };
        await calls.CallAsync(task, options => task.Driver.Steps.CancelStepAsync(request, options), cancellationToken);
    }

    /// <summary>Asks for a step again whose outcome is not known. Another process that answers at the driver's address by now refuses.</summary>
    /// <param name="driver">The process that was asked first.</param>
    public AsyncServerStreamingCall<ExecuteStepResponse> Repeat(RegisteredDriver driver, ExecuteStepRequest request)
    {
        request.Context.InstanceId = driver.Info.InstanceId;
        return Start(driver, request);
    }

    /// <summary>Calls a driver; the call lasts as long as a step may, or until it is disposed.</summary>
    private AsyncServerStreamingCall<ExecuteStepResponse> Start(RegisteredDriver driver, ExecuteStepRequest request) =>
        driver.Steps.ExecuteStep(request, calls.CallOptions(_options.StepTimeout, CancellationToken.None));
}
