using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Calls;

/// <summary>A method of the contract that is called for one implementation of an interface, known from its descriptor alone.</summary>
/// <param name="Descriptor">The method.</param>
/// <param name="Type">The interface that it belongs to.</param>
internal sealed record ContractMethod(MethodDescriptor Descriptor, InterfaceType Type)
{
    //
    private static readonly HashSet<string> Changing =
    [
        "SetPowerState", "SetBootDevice", "SetBootMode", "SetSecureBoot", "InjectNmi", "SetIndicator", "AttachVirtualMedia", "DetachVirtualMedia", "StartConsole", "StopConsole",
        "ExecuteStep", "RunBootPhase", "RunDeployPhase", "RunRescuePhase", "InspectHardware", "AbortInspection", "CallNodeMethod", "CallDriverMethod",
    ];

    private static readonly (ServiceDescriptor Service, InterfaceType[] Types)[] Services =
    [
        (PowerService.Descriptor, [InterfaceType.Power]),
        (ManagementService.Descriptor, [InterfaceType.Management]),
        (ConsoleService.Descriptor, [InterfaceType.Console]),
        (DeployService.Descriptor, [InterfaceType.Deploy]),
        (RescueService.Descriptor, [InterfaceType.Rescue]),
        (InspectService.Descriptor, [InterfaceType.Inspect]),
        (BiosService.Descriptor, [InterfaceType.Bios]),
        (FirmwareService.Descriptor, [InterfaceType.Firmware]),
        (VendorPassthruService.Descriptor, [InterfaceType.Vendor]),
    ];

    private static readonly MethodDescriptor Validate = DriverService.Descriptor.FindMethodByName("ValidateInterface");

    private static readonly MethodDescriptor Boot = BootService.Descriptor.FindMethodByName("RunBootPhase");

    private static readonly MethodDescriptor Step = StepService.Descriptor.FindMethodByName("ExecuteStep");

    /// <summary><c>PowerService.SetPowerState</c></summary>
    public string Name => $"{Descriptor.Service.Name}.{Descriptor.Name}";

    /// <summary>Whether it is one of the mutating methods.</summary>
    public bool IsMutating => Changing.Contains(Descriptor.Name);

    /// <summary>Whether it may be called without an operation id although it is mutating .</summary>
    public bool IsVendorMethod => Descriptor.Name is "CallNodeMethod" or "CallDriverMethod";

    /// <summary>Whether it is about the driver, and no node.</summary>
    public bool IsAboutNoNode => Descriptor.InputType.FindFieldByName("node") is null;

    /// <summary>All methods that an implementation of an interface type is called by; those for boots and steps only if it has some.</summary>
    public static IEnumerable<ContractMethod> Of(InterfaceImplementation implementation)
    {
        yield return new ContractMethod(Validate, implementation.Type);
        foreach (var method in Services.Where(service => service.Types.Contains(implementation.Type)).SelectMany(service => service.Service.Methods))
            yield return new ContractMethod(method, implementation.Type);
        if (implementation.BootCapabilities.Count > 0)
            yield return new ContractMethod(Boot, implementation.Type);
        if (implementation.Steps.Count > 0)
            yield return new ContractMethod(Step, implementation.Type);
    }

    /// <summary>Calls it, and reads the answer to its end.</summary>
    /// <exception cref="CheckFailedException">It had not ended after the time.</exception>
    public async Task<CallOutcome> SendAsync(CallInvoker invoker, IMessage request, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var options = new CallOptions(deadline: DateTime.UtcNow + timeout, cancellationToken: cancellationToken);
        var messages = new List<IMessage>();
        try
        {
            if (Descriptor.IsServerStreaming)
            {
                using var call = invoker.AsyncServerStreamingCall(Method(MethodType.ServerStreaming), null, options, request);
                await foreach (var message in call.ResponseStream.ReadAllAsync(cancellationToken))
                    messages.Add(message);
            }
            else
            {
                using var call = invoker.AsyncUnaryCall(Method(MethodType.Unary), null, options, request);
                messages.Add(await call);
            }

            return new CallOutcome(messages, null);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.DeadlineExceeded)
        {
            throw new CheckFailedException($"{Descriptor.Name} had not ended after {timeout.TotalSeconds:0} s.");
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            return new CallOutcome(messages, e);
        }
    }

    private Method<IMessage, IMessage> Method(MethodType type) => new(
        type,
        Descriptor.Service.FullName,
        Descriptor.Name,
        Marshallers.Create<IMessage>(message => message.ToByteArray(), Descriptor.InputType.Parser.ParseFrom),
        Marshallers.Create<IMessage>(message => message.ToByteArray(), Descriptor.OutputType.Parser.ParseFrom));
}
