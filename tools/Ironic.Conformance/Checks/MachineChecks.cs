using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Checks;

/// <summary>What a driver does to, and reads from, a machine.</summary>
internal static class MachineChecks
{
    public static IEnumerable<Check> All(DriverUnderTest driver) => driver.Subjects().SelectMany(subject =>
        Reads(subject).Concat(Power(subject)).Concat(Consoles(subject)).Concat(Results(subject)));

    private static IEnumerable<Check> Reads(Subject subject)
    {
        // A console is asked for only while it is started.
        foreach (var method in subject.Methods.Where(method => !method.IsMutating && method.Descriptor.Name is not ("ValidateInterface" or "ValidateNodeMethod" or "ValidateDriverMethod" or "GetConsole")))
        {
            var name = $"{method.Name} {subject.Name}";
            yield return new Check("R-120", name, "the machine answers, or does not offer it", async cancellationToken =>
            {
                Expect.Machine(subject, changes: false);
                var outcome = await subject.SendAsync(method, subject.Request(method), cancellationToken);
                Expect.Classified(outcome);
                Expect.That(outcome.IsOk || outcome.Class is ErrorClass.Unsupported or ErrorClass.InvalidParameter, $"{outcome}");
            });
            yield return new Check("R-040", name, "a caller who does not wait is rid of at once, and costs the next one nothing", async cancellationToken =>
            {
                Expect.Machine(subject, changes: false);
                using var impatient = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                impatient.CancelAfter(TimeSpan.FromMilliseconds(1));
                try
                {
                    await subject.SendAsync(method, subject.Request(method), impatient.Token);
                }
                catch (Exception e) when (e is RpcException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
                {
                    // It was cancelled in time.
                }

                var outcome = await subject.SendAsync(method, subject.Request(method), cancellationToken);
                Expect.That(outcome.IsOk || outcome.Class is ErrorClass.Unsupported or ErrorClass.InvalidParameter, $"{outcome}");
            });
            if (subject.Implementation.Properties.Any(property => property.Secret))
            {
                yield return new Check("R-090", $"{name}: credentials", "wrong credentials are told as AUTHENTICATION, without them", async cancellationToken =>
                {
                    var info = (JsonObject)Expect.Machine(subject, changes: false).DriverInfo.DeepClone();
                    var secret = $"wrong{Guid.NewGuid():N}"[..16];
                    var given = subject.Implementation.Properties.Where(property => property.Secret && info.ContainsKey(property.Name)).Select(property => property.Name).ToList();
                    if (given.Count == 0)
                        throw new CheckSkippedException("the machine has no credentials");
                    foreach (var property in given)
                        info[property] = secret;
                    var outcome = await subject.SendAsync(method, subject.Request(method, subject.Node(info)), cancellationToken);
                    // What is known without the machine is answered.
                    Expect.That(outcome.IsOk || outcome.Class is ErrorClass.Authentication or ErrorClass.Unsupported or ErrorClass.InvalidParameter, $"{outcome}");
                    Expect.That(!outcome.Text.Contains(secret, StringComparison.Ordinal), "the credential is in the answer");
                });
            }
        }
    }

    private static IEnumerable<Check> Power(Subject subject)
    {
        if (subject.Implementation.Type != InterfaceType.Power)
            yield break;
        var set = subject.Methods.Single(method => method.Descriptor.Name == "SetPowerState");
        var get = subject.Methods.Single(method => method.Descriptor.Name == "GetPowerState");
        PowerTarget[] targets = subject.Implementation.SupportedPowerTargets.Count > 0 ? [.. subject.Implementation.SupportedPowerTargets] : [PowerTarget.On, PowerTarget.Off, PowerTarget.Reboot];
        foreach (var target in targets)
        {
            yield return new Check("R-050", $"SetPowerState {subject.Name} {target}", "the machine is then as it was told to be, also when it was so before", async cancellationToken =>
            {
                Expect.Machine(subject, changes: true);
                var node = subject.Node();
                var expected = target is PowerTarget.Off or PowerTarget.SoftOff ? PowerState.Off : PowerState.On;
                for (var i = 0; i < 2; i++)
                {
                    var outcome = await SetAsync(node, target, null, cancellationToken);
                    Expect.That(outcome.IsOk, $"{outcome}");
                    Expect.That(((SetPowerStateResponse)outcome.Messages[^1]).State == expected, $"it says {((SetPowerStateResponse)outcome.Messages[^1]).State}");
                    node.PowerState = expected;
                    var read = await subject.SendAsync(get, subject.Request(get, node), cancellationToken);
                    Expect.That(read.IsOk, $"read afterwards, {read}");
                    var state = ((GetPowerStateResponse)read.Messages[0]).State;
                    Expect.That(state == expected || state == PowerState.Unspecified, $"read afterwards, it is {state}");
                }
            });
        }

        foreach (var target in System.Enum.GetValues<PowerTarget>().Where(target => target != PowerTarget.Unspecified && !targets.Contains(target)))
        {
            yield return new Check("R-044", $"SetPowerState {subject.Name} {target}", "a target that it does not offer is refused", async cancellationToken =>
            {
                Expect.Machine(subject, changes: true);
                Expect.Class(ErrorClass.Unsupported, await SetAsync(subject.Node(), target, null, cancellationToken), $"for {target}");
            });
        }

        yield return new Check("R-074", $"SetPowerState {subject.Name}", "it ends within its time", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var node = subject.Node();
            await SetAsync(node, PowerTarget.Off, null, cancellationToken);
            node.PowerState = PowerState.Off;
            var started = Stopwatch.GetTimestamp();
            var outcome = await SetAsync(node, PowerTarget.On, TimeSpan.FromMilliseconds(1), cancellationToken);
            var took = Stopwatch.GetElapsedTime(started);
            Expect.That(outcome.IsOk || outcome.Class == ErrorClass.Retryable, $"{outcome}");
            Expect.That(took < TimeSpan.FromSeconds(10), $"told to take a millisecond, it took {took.TotalSeconds:0.#} s");
        });

        Task<CallOutcome> SetAsync(NodeContext node, PowerTarget target, TimeSpan? timeout, CancellationToken cancellationToken)
        {
            var request = (SetPowerStateRequest)subject.Request(set, node);
            request.Target = target;
            if (timeout is { } time)
                request.Timeout = Duration.FromTimeSpan(time);
            return subject.SendAsync(set, request, cancellationToken);
        }
    }

    private static IEnumerable<Check> Consoles(Subject subject)
    {
        if (subject.Implementation.Type != InterfaceType.Console)
            yield break;
        foreach (var name in (string[])["StartConsole", "StopConsole"])
        {
            yield return new Check("R-122", $"{name} {subject.Name}", "twice is as once", async cancellationToken =>
            {
                Expect.Machine(subject, changes: true);
                var method = subject.Methods.Single(method => method.Descriptor.Name == name);
                var node = subject.Node();
                var first = await subject.SendAsync(method, subject.Request(method, node), cancellationToken);
                if (!first.IsOk)
                    throw new CheckSkippedException($"this machine does not do it: {first}");
                var second = await subject.SendAsync(method, subject.Request(method, node), cancellationToken);
                Expect.That(second.IsOk, $"the second time {second}");
            });
        }

        yield return new Check("R-122", $"GetConsole {subject.Name}", "a console that is started can be found", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var node = subject.Node();
            var started = await CallAsync("StartConsole");
            if (!started.IsOk)
                throw new CheckSkippedException($"this machine does not do it: {started}");
            var found = await CallAsync("GetConsole");
            await CallAsync("StopConsole");
            Expect.That(found.IsOk, $"{found}");

            Task<CallOutcome> CallAsync(string name)
            {
                var method = subject.Methods.Single(method => method.Descriptor.Name == name);
                return subject.SendAsync(method, subject.Request(method, node), cancellationToken);
            }
        });
    }

    // Methods that read are called; what others do nobody can know.
    private static IEnumerable<Check> Results(Subject subject)
    {
        foreach (var (name, described) in subject.Implementation.NodeMethods.Select(method => ("CallNodeMethod", method)).Concat(subject.Implementation.DriverMethods.Select(method => ("CallDriverMethod", method))))
        {
            if (!described.HttpMethods.Contains("GET"))
                continue;
            yield return new Check("R-084", $"{name} {subject.Name} {described.Name}", "its result is JSON, or an attachment if it is said to be one", async cancellationToken =>
            {
                if (name == "CallNodeMethod")
                    Expect.Machine(subject, changes: false);
                var method = subject.Methods.Single(method => method.Descriptor.Name == name);
                var request = subject.Request(method);
                var call = (VendorCall)request.Descriptor.FindFieldByName("call").Accessor.GetValue(request);
                (call.Method, call.HttpMethod) = (described.Name, "GET");
                var outcome = await subject.SendAsync(method, request, cancellationToken);
                Expect.Classified(outcome);
                if (!outcome.IsOk)
                    throw new CheckSkippedException($"without arguments {outcome}");
                var result = (VendorResult?)method.Descriptor.OutputType.FindFieldByName("result").Accessor.GetValue(outcome.Messages[0]);
                Expect.That(result is not null && (result.ResultCase == VendorResult.ResultOneofCase.Attachment) == described.Attach, $"it is {result?.ResultCase.ToString() ?? "nothing"}");
                if (result!.ResultCase == VendorResult.ResultOneofCase.Json)
                    Expect.That(IsJson(result.Json.Text), "it is no JSON");
            });
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
