using System.Text.Json.Nodes;
using Google.Protobuf;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conformance.Checks;

/// <summary>What must be refused before a machine is talked to: properties, vendor methods, steps, phases.</summary>
internal static class RefusalChecks
{
    public static IEnumerable<Check> All(DriverUnderTest driver) => driver.Subjects().SelectMany(subject =>
        Properties(subject).Concat(VendorMethods(subject)).Concat(Steps(subject)).Concat(Phases(subject)).Concat(Values(subject)));

    private static IEnumerable<Check> Properties(Subject subject)
    {
        var validate = subject.Methods.First();
        yield return new Check("R-045", $"ValidateInterface {subject.Name}", "the machine's node is valid", async cancellationToken =>
        {
            Expect.Machine(subject, changes: false);
            var outcome = await subject.SendAsync(validate, subject.Request(validate), cancellationToken);
            Expect.That(outcome.IsOk, $"{outcome}");
        });
        yield return new Check("R-102", $"ValidateInterface {subject.Name}", "a node of a hardware type that is not the driver's is taken as any other", async cancellationToken =>
        {
            var node = subject.Node();
            var own = await subject.SendAsync(validate, subject.Request(validate, node.Clone()), cancellationToken);
            node.Driver = "conformance-other";
            var other = await subject.SendAsync(validate, subject.Request(validate, node), cancellationToken);
            // Without a machine the node lacks what the driver needs, in either case.
            Expect.That((own.Code, own.Class) == (other.Code, other.Class), $"for a node of another hardware type {other}; for one of its own {own}");
        });
        foreach (var property in subject.Implementation.Properties.Where(property => property.Required))
        {
            yield return new Check("R-090", $"ValidateInterface {subject.Name} {property.Name}", "without a required property it fails with MISSING_PARAMETER", async cancellationToken =>
            {
                var info = (JsonObject)Expect.Machine(subject, changes: false).DriverInfo.DeepClone();
                info.Remove(property.Name);
                Expect.Class(ErrorClass.MissingParameter, await subject.SendAsync(validate, subject.Request(validate, subject.Node(info)), cancellationToken), $"without {property.Name}");
            });
        }
    }

    private static IEnumerable<Check> VendorMethods(Subject subject)
    {
        if (subject.Implementation.Type != InterfaceType.Vendor)
            yield break;
        foreach (var name in (string[])["ValidateNodeMethod", "CallNodeMethod", "ValidateDriverMethod", "CallDriverMethod"])
        {
            var method = new ContractMethod(VendorPassthruService.Descriptor.FindMethodByName(name), InterfaceType.Vendor);
            yield return new Check("R-080", $"{method.Name} {subject.Name}", "a method that there is not is refused", async cancellationToken =>
                Expect.Class(ErrorClass.InvalidParameter, await SendAsync(method, call => call.Method = "conformance_unknown", cancellationToken), "for a method that there is not"));
            foreach (var described in name.Contains("Node", StringComparison.Ordinal) ? subject.Implementation.NodeMethods : subject.Implementation.DriverMethods)
            {
                yield return new Check("R-080", $"{method.Name} {subject.Name} {described.Name}", "an HTTP method that it does not have is refused", async cancellationToken =>
                {
                    var other = ((string[])["GET", "POST", "PUT", "PATCH", "DELETE"]).FirstOrDefault(verb => !described.HttpMethods.Contains(verb)) ?? throw new CheckSkippedException("it has them all");
                    Expect.Class(ErrorClass.InvalidParameter, await SendAsync(method, call => (call.Method, call.HttpMethod) = (described.Name, other), cancellationToken), $"by {other}");
                });
                yield return new Check("R-083", $"{method.Name} {subject.Name} {described.Name}", "parameters that are no JSON object are refused", async cancellationToken =>
                    Expect.Class(
                        ErrorClass.InvalidParameter,
                        await SendAsync(method, call => (call.Method, call.HttpMethod, call.Parameters) = (described.Name, described.HttpMethods.FirstOrDefault() ?? "GET", new Json { Text = "[]" }), cancellationToken),
                        "with a list in place of an object"));
            }
        }

        Task<CallOutcome> SendAsync(ContractMethod method, Action<VendorCall> change, CancellationToken cancellationToken)
        {
            var request = subject.Request(method);
            change((VendorCall)request.Descriptor.FindFieldByName("call").Accessor.GetValue(request));
            return subject.TryAsync(method, request, cancellationToken);
        }
    }

    private static IEnumerable<Check> Steps(Subject subject)
    {
        if (subject.Implementation.Steps.Count == 0)
            yield break;
        var method = subject.Methods.Last();
        yield return new Check("R-130", $"StepService.ExecuteStep {subject.Name}", "a step that there is not is refused", async cancellationToken =>
            Expect.Class(ErrorClass.Unsupported, await SendAsync(request => request.Step = "conformance_unknown", cancellationToken), "for a step that there is not"));
        foreach (var step in subject.Implementation.Steps.DistinctBy(step => step.Name))
        {
            var kinds = subject.Implementation.Steps.Where(same => same.Name == step.Name).SelectMany(same => same.Kinds).ToHashSet();
            var name = $"StepService.ExecuteStep {subject.Name} {step.Name}";
            yield return new Check("R-130", name, "in a flow that it is not for it is refused", async cancellationToken =>
            {
                var other = Enum.GetValues<StepKind>().FirstOrDefault(kind => kind != StepKind.Unspecified && !kinds.Contains(kind));
                if (other == StepKind.Unspecified)
                    throw new CheckSkippedException("it is for all of them");
                Expect.Class(ErrorClass.Unsupported, await SendAsync(request => (request.Step, request.Kind) = (step.Name, other), cancellationToken), $"in a flow of kind {other}");
            });
            if (step.Arguments.Any(argument => argument.Required))
            {
                yield return new Check("R-130", $"{name}: missing", "without a required argument it is refused", async cancellationToken =>
                    Expect.Class(ErrorClass.MissingParameter, await SendAsync(request => (request.Step, request.Kind, request.Arguments) = (step.Name, step.Kinds.FirstOrDefault(), null), cancellationToken), "without its arguments"));
            }

            // One that declares none may take any.
            if (step.Arguments.Count == 0)
                continue;
            yield return new Check("R-130", $"{name}: unknown", "an argument that it does not declare is refused", async cancellationToken =>
                Expect.Class(
                    ErrorClass.InvalidParameter,
                    await SendAsync(request => (request.Step, request.Kind, request.Arguments) = (step.Name, step.Kinds.FirstOrDefault(), Unknown(step)), cancellationToken),
                    "with an argument that it does not declare"));
        }

        yield return new Check("R-134", $"StepService.CancelStep {subject.Name}", "to stop what does not run is no error", async cancellationToken =>
        {
            var cancel = new ContractMethod(StepService.Descriptor.FindMethodByName("CancelStep"), subject.Implementation.Type);
            var request = new CancelStepRequest { Context = new CallContext { RequestId = "req-conformance" }, Node = subject.Node(), OperationId = Guid.NewGuid().ToString() };
            var outcome = await subject.SendAsync(cancel, request, cancellationToken);
            Expect.That(outcome.IsOk, $"{outcome}");
        });

        Task<CallOutcome> SendAsync(Action<ExecuteStepRequest> change, CancellationToken cancellationToken)
        {
            var request = (ExecuteStepRequest)subject.Request(method);
            change(request);
            return subject.TryAsync(method, request, cancellationToken);
        }
    }

    private static IEnumerable<Check> Phases(Subject subject)
    {
        foreach (var method in subject.Methods.Where(method => method.Descriptor.Name is "RunDeployPhase" or "RunRescuePhase"))
        {
            yield return new Check("R-136", $"{method.Name} {subject.Name}", "a phase that it does not know is refused with UNSUPPORTED", async cancellationToken =>
            {
                var request = subject.Request(method);
                var field = method.Descriptor.InputType.FindFieldByName("phase");
                field.Accessor.SetValue(request, Enum.ToObject(field.EnumType.ClrType, 9999));
                Expect.Class(ErrorClass.Unsupported, await subject.TryAsync(method, request, cancellationToken), "for a phase that it does not know");
            });
        }
    }

    private static IEnumerable<Check> Values(Subject subject)
    {
        foreach (var method in subject.Methods)
        {
            Action<IMessage>? change = method.Descriptor.Name switch
            {
                "SetPowerState" => request => ((SetPowerStateRequest)request).Target = PowerTarget.Unspecified,
                "SetBootDevice" => request => ((SetBootDeviceRequest)request).Device = "conformance-nothing",
                "SetBootMode" => request => ((SetBootModeRequest)request).Mode = BootMode.Unspecified,
                "AttachVirtualMedia" => request => ((AttachVirtualMediaRequest)request).Type = VirtualMediaType.Unspecified,
                _ => null,
            };
            if (change is null)
                continue;
            yield return new Check("R-090", $"{method.Name} {subject.Name}: value", "a value that there is not is refused", async cancellationToken =>
            {
                Expect.Machine(subject, changes: true);
                var request = subject.Request(method);
                change(request);
                var outcome = await subject.TryAsync(method, request, cancellationToken);
                Expect.That(!outcome.IsOk, $"{outcome}");
                Expect.That(outcome.Class is ErrorClass.InvalidParameter or ErrorClass.MissingParameter or ErrorClass.Unsupported, $"{outcome}");
            });
        }
    }

    private static Json Unknown(Step step)
    {
        var arguments = new JsonObject { ["conformance_unknown"] = 1 };
        foreach (var required in step.Arguments.Where(argument => argument.Required))
            arguments[required.Name] = "conformance";
        return new Json { Text = arguments.ToJsonString() };
    }
}
