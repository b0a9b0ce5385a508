using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conformance.Calls;

/// <summary>Makes requests that a driver may be sent: what is not under test is as it should be.</summary>
internal static class Requests
{
    /// <summary>A call about an implementation. What is set on machines is what they are least disturbed by.</summary>
    /// <param name="method">What is called.</param>
    /// <param name="implementation">The implementation that is called.</param>
    /// <param name="node">The node.</param>
    /// <param name="name">The implementation's name in the request.</param>
    public static IMessage Create(ContractMethod method, InterfaceImplementation implementation, NodeContext node, string name)
    {
        var request = (IMessage)Activator.CreateInstance(method.Descriptor.InputType.ClrType)!;
        Set(request, "context", new CallContext { RequestId = $"req-{Guid.NewGuid()}", OperationId = method.IsMutating ? Guid.NewGuid().ToString() : "" });
        Set(request, "node", node);
        Set(request, "interface", name);
        Set(request, "type", method.Type);
        Fill(request, implementation, node, name);
        return request;
    }

    /// <summary>Sets a field if the request has one of the name, and of that kind.</summary>
    public static void Set(IMessage request, string field, object value)
    {
        if (request.Descriptor.FindFieldByName(field) is { } found && (value is string or NodeContext or CallContext || found.EnumType?.ClrType == value.GetType()))
            found.Accessor.SetValue(request, value);
    }

    public static CallContext ContextOf(IMessage request) => (CallContext)request.Descriptor.FindFieldByName("context").Accessor.GetValue(request);

    /// <summary>A copy that is another operation.</summary>
    public static IMessage Again(IMessage request, string? operation = null, ulong? epoch = null, ulong? resumeAfter = null)
    {
        var copy = request.Descriptor.Parser.ParseFrom(request.ToByteArray());
        var context = ContextOf(copy);
        context.OperationId = operation ?? Guid.NewGuid().ToString();
        context.Epoch = epoch ?? context.Epoch;
        if (resumeAfter is { } after)
            copy.Descriptor.FindFieldByName("resume_after").Accessor.SetValue(copy, after);
        return copy;
    }

    private static void Fill(IMessage request, InterfaceImplementation implementation, NodeContext node, string name)
    {
        switch (request)
        {
            case SetPowerStateRequest power:
                power.Target = PowerTarget.Off;
                break;
            case SetBootDeviceRequest boot:
                boot.Device = "pxe";
                break;
            case SetBootModeRequest mode:
                mode.Mode = BootMode.Uefi;
                break;
            case AttachVirtualMediaRequest media:
                (media.Type, media.ImageUrl) = (VirtualMediaType.Cdrom, "http://127.0.0.1:1/conformance.iso");
                break;
            case GetIndicatorRequest indicator:
                (indicator.Component, indicator.Indicator) = ("conformance", "none");
                break;
            case SetIndicatorRequest indicator:
                (indicator.Component, indicator.Indicator, indicator.State) = ("conformance", "none", IndicatorState.Off);
                break;
            case RunBootPhaseRequest phase:
                phase.Phase = BootPhase.CleanUpInstance;
                break;
            case RunDeployPhaseRequest phase:
                phase.Phase = DeployPhase.CleanUp;
                break;
            case RunRescuePhaseRequest phase:
                phase.Phase = RescuePhase.CleanUp;
                break;
            case ExecuteStepRequest step:
                Fill(step, implementation.Steps.OrderBy(one => one.Arguments.Count(argument => argument.Required)).First());
                break;
            case ValidateNodeMethodRequest validate:
                validate.Call = Vendor(implementation.NodeMethods, name);
                break;
            case CallNodeMethodRequest call:
                call.Call = Vendor(implementation.NodeMethods, name);
                break;
            case ValidateDriverMethodRequest validate:
                (validate.Driver, validate.Call) = (node.Driver, Vendor(implementation.DriverMethods, name));
                break;
            case CallDriverMethodRequest call:
                (call.Driver, call.Call) = (node.Driver, Vendor(implementation.DriverMethods, name));
                break;
        }
    }

    /// <summary>Has a step run, with a text for each argument that it needs.</summary>
    public static void Fill(ExecuteStepRequest request, Step step)
    {
        var arguments = new JsonObject();
        foreach (var argument in step.Arguments.Where(argument => argument.Required))
            arguments[argument.Name] = "conformance";
        (request.Step, request.Kind, request.Arguments) = (step.Name, step.Kinds.FirstOrDefault(), new Json { Text = arguments.ToJsonString() });
    }

    private static VendorCall Vendor(RepeatedField<VendorMethod> methods, string name) => new()
    {
        Interface = name,
        Method = methods.Count > 0 ? methods[0].Name : "conformance_unknown",
        HttpMethod = methods.Count > 0 ? methods[0].HttpMethods.FirstOrDefault() ?? "GET" : "GET",
        Parameters = new Json { Text = "{}" },
    };
}
