using Google.Protobuf;
using Grpc.Core;
using Ironic.Driver.V1;
using Ironic.Protos;
using Ironic.Types.V1;

namespace Ironic.Conformance.Tests.Model;

/// <summary>One fault for each thing that the kit is to find.</summary>
internal static class Faults
{
    public static IReadOnlyList<PlantedFault> All { get; } =
    [
        .. OfDescriptions(), .. OfProcesses(), .. OfCalls(), .. OfOperations(), .. OfProgress(), .. OfMethodsAndSteps(), .. OfBoots(),
    ];

    private static IEnumerable<PlantedFault> OfDescriptions()
    {
        yield return Described("the description changes", "R-010", info => info.Version = Guid.NewGuid().ToString());
        yield return Described("the driver has no name", "R-011", info => info.Name = "");
        yield return Described("the process has no id", "R-011", info => info.InstanceId = "");
        yield return Described("the driver's name has a space", "R-012", info => info.Name = "a model");
        yield return Described("a hardware type's name has a slash", "R-012", info => info.HardwareTypes[0].Name = "model/1");
        yield return Described("it speaks another version", "R-013", info => info.ContractVersions[0] = "v2");
        yield return Described("a hardware type lacks an interface", "R-014", info => info.HardwareTypes[0].SupportedInterfaces.RemoveAt(0));
        yield return Described("a hardware type lists an implementation that nobody has", "R-015", info => info.HardwareTypes[0].SupportedInterfaces[0].Names.Add("other"));
        yield return Described("an implementation has a name of the conductor's", "R-015", info => info.Interfaces.Add(new InterfaceImplementation { Type = InterfaceType.Vendor, Name = "no-vendor" }));
        yield return Described("a conductor group is in upper case", "R-022", info => info.ConductorGroups.Add("Edge"));
        yield return Described("two methods have a name", "R-017", info => Vendor(info).NodeMethods[0].Name = Vendor(info).NodeMethods[1].Name);
        yield return Described("a method is called as the listing", "R-017", info => Vendor(info).NodeMethods[0].Name = "methods");
        yield return Described("an HTTP method is in lower case", "R-018", info => Vendor(info).NodeMethods[0].HttpMethods[0] = "get");
        yield return Described("an attachment is asynchronous", "R-019", info => (Vendor(info).NodeMethods[0].Async, Vendor(info).NodeMethods[0].Attach) = (true, true));
        yield return Described("a password is not marked", "R-020", info =>
        {
            foreach (var property in info.Interfaces.SelectMany(one => one.Properties))
                property.Secret = false;
        });
        yield return Described("a step is for no flow", "R-130", info => info.Interfaces.Single(one => one.Type == InterfaceType.Bios).Steps[0].Kinds.Clear());

        static InterfaceImplementation Vendor(DriverInfo info) => info.Interfaces.First(one => one.Type == InterfaceType.Vendor);
    }

    private static IEnumerable<PlantedFault> OfProcesses()
    {
        yield return new PlantedFault("Probe has another id", "R-011") { OnResponse = response => Change<ProbeResponse>(response, probe => probe.InstanceId = "another") };
        yield return new PlantedFault("it is never ready", "R-030") { OnResponse = response => Change<ProbeResponse>(response, probe => probe.Ready = false) };
        yield return new PlantedFault("Probe is slow", "R-030") { OnRequest = request => request is ProbeRequest ? Task.Delay(TimeSpan.FromSeconds(1.2)) : Task.CompletedTask };
        yield return new PlantedFault("a service is not there", "R-003")
        {
            OnRequest = request => request is ListSensorsRequest ? throw new RpcException(new Status(StatusCode.Unimplemented, "")) : Task.CompletedTask,
        };
        yield return new PlantedFault("messages are limited to 4 MiB", "R-007")
        {
            OnRequest = request => request.CalculateSize() > 4 << 20 ? throw new RpcException(new Status(StatusCode.ResourceExhausted, "")) : Task.CompletedTask,
        };
        var calls = 0;
        yield return new PlantedFault("one node at a time", "R-005")
        {
            OnRequest = async request =>
            {
                if (request is not ValidateInterfaceRequest)
                    return;
                var busy = Interlocked.Increment(ref calls) > 1;
                await Task.Delay(20);
                Interlocked.Decrement(ref calls);
                if (busy)
                    throw Failure(ErrorClass.Retryable, "busy");
            },
        };
    }

    private static IEnumerable<PlantedFault> OfCalls()
    {
        yield return Asked("it takes any implementation", "R-044", request => Set(request, "interface", "model"));
        yield return new PlantedFault("nodes of other hardware types are refused", "R-102")
        {
            OnRequest = request => NodeOf(request) is { Driver: "conformance-other" } ? throw Failure(ErrorClass.InvalidParameter, "not one of mine") : Task.CompletedTask,
        };
        yield return new PlantedFault("a new field is an error", "R-008")
        {
            OnRequest = request => request.Descriptor.Parser.WithDiscardUnknownFields(true).ParseFrom(request.ToByteArray()).CalculateSize() < request.CalculateSize()
                ? throw Failure(ErrorClass.InvalidParameter, "unknown field")
                : Task.CompletedTask,
        };
        yield return new PlantedFault("a node without JSON is a defect", "R-043")
        {
            OnRequest = request => NodeOf(request) is { DriverInfo: null } ? throw Failure(ErrorClass.Internal, "NullReferenceException") : Task.CompletedTask,
        };
        yield return new PlantedFault("errors show how the machine is reached", "R-042")
        {
            OnFailure = (request, failure) => Failure(ClassOf(failure), $"{failure.Status.Detail} ({NodeOf(request)?.DriverInfo?.Text})"),
        };
        yield return Asked("changes need no operation id", "R-051", request =>
        {
            if (ContextOf(request) is { OperationId: "" } context)
                context.OperationId = Guid.NewGuid().ToString();
        });
        yield return Asked("it answers for the start before", "R-058", request =>
        {
            if (ContextOf(request) is { } context)
                context.InstanceId = "";
        });
        yield return new PlantedFault("errors have no class", "R-044") { OnFailure = (_, failure) => new RpcException(failure.Status) };
        yield return new PlantedFault("errors have another code", "R-044")
        {
            OnFailure = (_, failure) => StatusDetails.CreateException(StatusCode.Unknown, failure.Status.Detail, StatusDetails.DriverDomain, StatusDetails.FindReason(failure, StatusDetails.DriverDomain)!),
        };
        yield return new PlantedFault("wrong credentials are told as a failure for good", "R-090")
        {
            OnFailure = (_, failure) => ClassOf(failure) == ErrorClass.Authentication ? Failure(ErrorClass.Permanent, failure.Status.Detail) : failure,
        };
        yield return new PlantedFault("what is missing is told as wrong", "R-090")
        {
            OnFailure = (_, failure) => ClassOf(failure) == ErrorClass.MissingParameter ? Failure(ErrorClass.InvalidParameter, failure.Status.Detail) : failure,
        };
        yield return new PlantedFault("the machine's node is not valid", "R-045")
        {
            OnRequest = request => request is ValidateInterfaceRequest ? throw Failure(ErrorClass.BmcUnreachable, "no answer") : Task.CompletedTask,
        };
        yield return new PlantedFault("a call hangs", "R-120") { OnRequest = request => request is GetPowerStateRequest ? Task.Delay(TimeSpan.FromSeconds(30)) : Task.CompletedTask };
        var impatient = 0;
        yield return new PlantedFault("a caller who has left blocks the next", "R-040")
        {
            OnRequest = request => request is GetBootDeviceRequest && Interlocked.Increment(ref impatient) > 1 ? throw Failure(ErrorClass.Retryable, "still busy") : Task.CompletedTask,
        };
    }

    private static IEnumerable<PlantedFault> OfOperations()
    {
        yield return Asked("operations are done again", "R-052", request =>
        {
            if (ContextOf(request) is { OperationId.Length: > 0 } context)
                context.OperationId = Guid.NewGuid().ToString();
        });
        yield return Asked("an id may be used for another node", "R-053", request =>
        {
            if (ContextOf(request) is { OperationId.Length: > 0 } context)
                context.OperationId += NodeOf(request)?.Uuid;
        });
        yield return Asked("old locks count", "R-061", request =>
        {
            if (ContextOf(request) is { } context)
                context.Epoch = 0;
        });
        ulong highest = 0;
        yield return Asked("all nodes have one lock", "R-061", request =>
        {
            if (ContextOf(request) is { Epoch: > 0 } context)
                highest = context.Epoch < highest ? throw Failure(ErrorClass.StaleEpoch, "old") : context.Epoch;
        });
        yield return new PlantedFault("the machine is not as it was told to be", "R-050")
        {
            OnResponse = response => Change<GetPowerStateResponse>(response, read => read.State = read.State == PowerState.On ? PowerState.Off : PowerState.On),
        };
        yield return Asked("a power target that it does not offer is taken for another", "R-044", request =>
        {
            if (request is SetPowerStateRequest { Target: PowerTarget.SoftOff } power)
                power.Target = PowerTarget.Off;
        });
        yield return new PlantedFault("a switch that has taken too long is a failure for good", "R-074")
        {
            OnFailure = (request, failure) => request is SetPowerStateRequest { Timeout: not null } ? Failure(ErrorClass.Permanent, failure.Status.Detail) : failure,
        };
        var started = 0;
        yield return new PlantedFault("a console cannot be started twice", "R-122")
        {
            OnRequest = request => request is StartConsoleRequest && Interlocked.Increment(ref started) % 2 == 0 ? throw Failure(ErrorClass.Precondition, "it is started") : Task.CompletedTask,
        };
        yield return new PlantedFault("a console that is started is not found", "R-122")
        {
            OnRequest = request => request is GetConsoleRequest ? throw Failure(ErrorClass.Retryable, "it is not started") : Task.CompletedTask,
        };
        yield return new PlantedFault("an operation ends as a defect", "R-090")
        {
            OnRequest = request => request is SetBootDeviceRequest { Interface: "model" } ? throw Failure(ErrorClass.Internal, "NullReferenceException") : Task.CompletedTask,
        };
    }

    private static IEnumerable<PlantedFault> OfProgress()
    {
        yield return Reported("messages are not counted one by one", "R-070", progress => progress.Sequence *= 2);
        yield return Reported("no message says that it is over", "R-071", progress => progress.Completed = false);
        yield return Reported("every message says that it is over", "R-071", progress => progress.Completed = true);
        yield return Asked("it is told from its beginning again", "R-072", request =>
        {
            if (request.Descriptor.FindFieldByName("resume_after") is { } field)
                field.Accessor.Clear(request);
        });
        yield return new PlantedFault("nobody knows how a phase ended", "R-131")
        {
            OnResponse = response => Change<RunDeployPhaseResponse>(response, phase => phase.Outcome = WorkOutcome.Unspecified),
        };
    }

    private static IEnumerable<PlantedFault> OfMethodsAndSteps()
    {
        yield return Asked("any HTTP method will do", "R-080", request =>
        {
            if (CallOf(request) is { Method: "booted" } call)
                call.HttpMethod = "GET";
        });
        yield return new PlantedFault("a method that there is not is unsupported", "R-080")
        {
            OnFailure = (request, failure) => CallOf(request)?.Method == "conformance_unknown" ? Failure(ErrorClass.Unsupported, failure.Status.Detail) : failure,
        };
        yield return Asked("parameters may be a list", "R-083", request =>
        {
            if (CallOf(request) is { Parameters.Text: "[]" } call)
                call.Parameters.Text = """{"times": 1}""";
        });
        yield return new PlantedFault("a result is no JSON", "R-084")
        {
            OnResponse = response => Change<CallDriverMethodResponse>(response, call => call.Result = new VendorResult { Json = new Json { Text = "model" } }),
        };
        yield return Asked("steps run in any flow", "R-130", request => Change<ExecuteStepRequest>(request, step => step.Kind = StepKind.Clean));
        yield return Asked("steps take any argument", "R-130", request => Change<ExecuteStepRequest>(request, step => step.Arguments = new Json { Text = """{"name": "x"}""" }));
        yield return new PlantedFault("a step that is over cannot be stopped", "R-134")
        {
            OnRequest = request => request is CancelStepRequest ? throw Failure(ErrorClass.Precondition, "it is over") : Task.CompletedTask,
        };
        yield return Asked("it takes a phase that it does not know for another", "R-136", request => Change<RunDeployPhaseRequest>(request, phase => phase.Phase = DeployPhase.CleanUp));
    }

    private static IEnumerable<PlantedFault> OfBoots()
    {
        yield return Described("a boot capability is none", "R-140", info => info.Interfaces.Single(one => one.Type == InterfaceType.Boot).BootCapabilities.Add(BootCapability.Unspecified));
        yield return Asked("it takes a boot phase that it does not know for another", "R-140", request => Change<RunBootPhaseRequest>(request, boot => boot.Phase = BootPhase.CleanUpInstance));
        yield return new PlantedFault("a boot that is prepared waits for an agent", "R-141")
        {
            OnResponse = response => Change<RunBootPhaseResponse>(response, boot => boot.Outcome = boot.Outcome == WorkOutcome.Done ? WorkOutcome.Wait : boot.Outcome),
        };
        var isPrepared = false;
        yield return new PlantedFault("preparing a boot switches the machine on", "R-142")
        {
            OnRequest = request =>
            {
                isPrepared |= request is RunBootPhaseRequest { Phase: BootPhase.PrepareInstance };
                return Task.CompletedTask;
            },
            OnResponse = response => Change<GetPowerStateResponse>(response, power => power.State = isPrepared ? PowerState.On : power.State),
        };
        var preparations = 0;
        yield return new PlantedFault("a boot can be prepared only once", "R-143")
        {
            OnRequest = request => request is RunBootPhaseRequest { Phase: BootPhase.PrepareInstance } && Interlocked.Increment(ref preparations) > 1
                ? throw Failure(ErrorClass.Precondition, "there is an image in the drive already")
                : Task.CompletedTask,
        };
        yield return Asked("an instance that has nothing to boot is valid", "R-145", request => Change<ValidateInterfaceRequest>(request, validate => validate.Node.InstanceInfo = new Json { Text = """{"boot_iso": "http://here"}""" }));
    }

    private static PlantedFault Described(string name, string requirement, Action<DriverInfo> change) =>
        new(name, requirement) { OnResponse = response => Change<GetInfoResponse>(response, answer => change(answer.Info = answer.Info.Clone())) };

    private static PlantedFault Asked(string name, string requirement, Action<IMessage> change) => new(name, requirement)
    {
        OnRequest = request =>
        {
            change(request);
            return Task.CompletedTask;
        },
    };

    private static PlantedFault Reported(string name, string requirement, Action<Progress> change) => new(name, requirement)
    {
        OnResponse = response =>
        {
            if (response.Descriptor.FindFieldByName("progress")?.Accessor.GetValue(response) is Progress progress)
                change(progress);
        },
    };

    private static void Change<T>(IMessage message, Action<T> change)
    {
        if (message is T changed)
            change(changed);
    }

    private static void Set(IMessage request, string field, string value)
    {
        if (request.Descriptor.FindFieldByName(field) is { } found)
            found.Accessor.SetValue(request, value);
    }

    private static CallContext? ContextOf(IMessage request) => request.Descriptor.FindFieldByName("context")?.Accessor.GetValue(request) as CallContext;

    private static NodeContext? NodeOf(IMessage request) => request.Descriptor.FindFieldByName("node")?.Accessor.GetValue(request) as NodeContext;

    private static VendorCall? CallOf(IMessage request) => request.Descriptor.FindFieldByName("call")?.Accessor.GetValue(request) as VendorCall;

    private static ErrorClass ClassOf(RpcException failure) =>
        Enum.Parse<ErrorClass>(StatusDetails.FindReason(failure, StatusDetails.DriverDomain)!.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static RpcException Failure(ErrorClass errorClass, string message) => StatusDetails.CreateException(
        Calls.ErrorTable.CodeOf(errorClass), message, StatusDetails.DriverDomain, Calls.ErrorTable.Name(errorClass));
}
