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
/// <param name="Driver">The process that runs it.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Result">The last message; null when the step goes on.</param>
/// <param name="Stream">The call of a step that goes on; its owner disposes it.</param>
internal sealed record StepStart(RegisteredDriver Driver, ExecuteStepRequest Request, ExecuteStepResponse? Result, AsyncServerStreamingCall<ExecuteStepResponse>? Stream);

/// <summary>Typed calls for steps.</summary>
internal sealed class StepCalls(DriverCalls calls, DriverRegistry drivers, IOptions<DriverOptions> options)
{
    private readonly DriverOptions _options = options.Value;

    /// <summary>Begins a step, or joins the one that has the operation's id, and follows it until it is over or needs the node's lock no longer.</summary>
    /// <param name="operation">The operation's id.</param>
    /// <param name="again">The driver's process that was asked for it before, which alone may be asked again; null: it is new.</param>
    /// <exception cref="IronicException">LOCK_LOST, UNSUPPORTED_DRIVER_EXTENSION, DRIVER_UNAVAILABLE, and what the step's failure means to the caller of the API.</exception>
    public async Task<StepStart> ExecuteAsync(
        NodeTask task, StepKind kind, NodeStep step, string operation, CancellationToken cancellationToken, RegisteredDriver? again = null)
    {
        var driver = again ?? DriverCalls.Served(task, InterfaceTypes.GetByName(step.Interface).Type).Driver;
        var request = Describe(task, driver, kind, step, operation);
        var call = again is null ? Start(driver, request) : Repeat(driver, request);
        var goesOn = false;
        try
        {
            ExecuteStepResponse? last = null;
            await foreach (var response in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                if (response.Progress?.DriverInternalInfo is { } changes)
                    await task.SaveDriverInternalInfoAsync(DriverCalls.ReadChanges(changes, driver.Name), cancellationToken);
                last = response;
                if (!response.Detached || response.Progress is { Completed: true })
                    continue;
                request.ResumeAfter = response.Progress?.Sequence ?? 0;
                goesOn = true;
                return new StepStart(driver, request, null, call);
            }

            return last is { Progress.Completed: true } ? new StepStart(driver, request, last, null) : throw DriverCalls.Incomplete(driver.Name);
        }
        catch (RpcException e)
        {
            throw DriverCalls.Failure(task, driver, e, ErrorReason.DriverFailure);
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

    /// <summary>The process that a new step of the node will be asked of; null: nobody serves its interface.</summary>
    public static RegisteredDriver? FindDriver(NodeTask task, NodeStep step)
    {
        var kind = InterfaceTypes.GetByName(step.Interface);
        return kind.Get(task.Node) is { } name ? task.Hardware.FindProcess(kind.Type, name) : null;
    }

    /// <summary>The request for a step.</summary>
    /// <param name="driver">The process that is asked.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION: the process does not have the interface; LOCK_LOST.</exception>
    public static ExecuteStepRequest Describe(NodeTask task, RegisteredDriver driver, StepKind kind, NodeStep step, string operation)
    {
        var type = InterfaceTypes.GetByName(step.Interface);
        return new ExecuteStepRequest
        {
            Context = DriverCalls.Context(task, operation),
            Node = NodeContexts.From(task.Node),
            Type = type.Type,
            Interface = type.Get(task.Node) is { } name && driver.Find(type.Type, name) is not null ? name : throw DriverCalls.Unsupported(task.Node, type),
            Kind = kind,
            Step = step.Name,
            Arguments = step.Args is null ? null : new Json { Text = step.Args.ToJsonString(JsonTexts.Verbatim) },
        };
    }

    /// <summary>Stops a step that goes on without the node's lock. One that is over already, or has ended with its process, is no error.</summary>
    /// <param name="instance">The start of the process that was asked for the step.</param>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION: it cannot be stopped; and others.</exception>
    public async Task CancelAsync(NodeTask task, string instance, string operation, CancellationToken cancellationToken)
    {
        if (drivers.FindInstance(instance) is not { } driver)
        {
            // It may have come back, with the step, to another conductor.
            await drivers.RefreshAsync(cancellationToken);
            if (drivers.FindInstance(instance) is not { } returned)
                return;
            driver = returned;
        }

        var request = new CancelStepRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), OperationId = operation };
        await calls.CallAsync(task, driver, options => driver.Steps.CancelStepAsync(request, options), cancellationToken);
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
