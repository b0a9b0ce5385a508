using System.Text.Json.Nodes;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conformance.Checks;

/// <summary>Preparing machines to boot: section 5.7 of SPEC.md. The image that is named is never fetched: no machine is switched on.</summary>
internal static class BootChecks
{
    private const string Image = "http://127.0.0.1:1/conformance.iso";

    public static IEnumerable<Check> All(DriverUnderTest driver) =>
        driver.Subjects().Where(subject => subject.Implementation.BootCapabilities.Contains(BootCapability.Ramdisk)).SelectMany(subject => Of(driver, subject));

    private static IEnumerable<Check> Of(DriverUnderTest driver, Subject subject)
    {
        var run = subject.Methods.Single(method => method.Descriptor.Name == "RunBootPhase");
        var validate = subject.Methods.First();
        var name = $"RunBootPhase {subject.Name}";
        yield return new Check("R-140", name, "a phase that it does not know is refused with UNSUPPORTED", async cancellationToken =>
        {
            var request = (RunBootPhaseRequest)subject.Request(run);
            request.Phase = (BootPhase)9999;
            Expect.Class(ErrorClass.Unsupported, await subject.TryAsync(run, request, cancellationToken), "for a phase that it does not know");
        });
        foreach (var phase in (BootPhase[])[BootPhase.PrepareRamdisk, BootPhase.CleanUpRamdisk, BootPhase.PrepareInstance, BootPhase.CleanUpInstance])
        {
            yield return new Check("R-141", $"{name}: {phase}", "when it ends well it is done", async cancellationToken =>
            {
                var outcome = await RunAsync(await FindNodeAsync(cancellationToken), phase, cancellationToken);
                Expect.Classified(outcome);
                if (!outcome.IsOk)
                    throw new CheckSkippedException($"this machine does not do it: {outcome}");
                Expect.That(((RunBootPhaseResponse)outcome.Messages[^1]).Outcome == WorkOutcome.Done, $"it ends with {((RunBootPhaseResponse)outcome.Messages[^1]).Outcome}");
            });
        }

        foreach (var phase in (BootPhase[])[BootPhase.PrepareInstance, BootPhase.CleanUpInstance])
        {
            yield return new Check("R-143", $"{name}: {phase}", "twice is as once", async cancellationToken =>
            {
                var node = await FindNodeAsync(cancellationToken);
                for (var i = 1; i <= 2; i++)
                {
                    var outcome = await RunAsync(node, phase, cancellationToken);
                    Expect.That(outcome.IsOk, $"the time {i} {outcome}");
                }

                await RunAsync(node, BootPhase.CleanUpInstance, cancellationToken);
            });
        }

        yield return new Check("R-142", name, "the power of the machine stays as it is", async cancellationToken =>
        {
            var node = await FindNodeAsync(cancellationToken);
            var before = await ReadPowerAsync(node, cancellationToken);
            foreach (var phase in (BootPhase[])[BootPhase.PrepareInstance, BootPhase.CleanUpInstance])
            {
                var outcome = await RunAsync(node, phase, cancellationToken);
                Expect.That(outcome.IsOk, $"{phase}: {outcome}");
                var after = await ReadPowerAsync(node, cancellationToken);
                Expect.That(after == before, $"it was {before}, and is {after} after {phase}");
            }
        });
        yield return new Check("R-145", $"ValidateInterface {subject.Name}", "an instance without anything to boot is not valid", async cancellationToken =>
        {
            Expect.Machine(subject, changes: false);
            var outcome = await subject.SendAsync(validate, subject.Request(validate, Node("{}")), cancellationToken);
            Expect.Classified(outcome);
            Expect.That(!outcome.IsOk, $"{outcome}");
        });

        // A node whose instance boots from an ISO.
        async Task<NodeContext> FindNodeAsync(CancellationToken cancellationToken)
        {
            Expect.Machine(subject, changes: true);
            var node = Node(new JsonObject { ["boot_iso"] = Image }.ToJsonString());
            var valid = await subject.SendAsync(validate, subject.Request(validate, node), cancellationToken);
            return valid.IsOk ? node : throw new CheckSkippedException($"it boots no ISO: {valid}");
        }

        NodeContext Node(string instanceInfo)
        {
            var node = subject.Node();
            node.InstanceInfo = new Json { Text = instanceInfo };
            node.Interfaces["deploy"] = "ramdisk";
            return node;
        }

        Task<CallOutcome> RunAsync(NodeContext node, BootPhase phase, CancellationToken cancellationToken)
        {
            var request = (RunBootPhaseRequest)subject.Request(run, node);
            request.Phase = phase;
            if (phase == BootPhase.PrepareRamdisk)
                request.Ramdisk = new RamdiskBoot { IsoUrl = Image };
            return subject.SendAsync(run, request, cancellationToken);
        }

        async Task<PowerState> ReadPowerAsync(NodeContext node, CancellationToken cancellationToken)
        {
            var power = driver.Subjects().FirstOrDefault(other => other.Implementation.Type == InterfaceType.Power && other.HardwareType == subject.HardwareType)
                ?? throw new CheckSkippedException($"the driver does not switch machines of the hardware type {subject.HardwareType}");
            var read = power.Methods.Single(method => method.Descriptor.Name == "GetPowerState");
            var outcome = await power.SendAsync(read, power.Request(read, node), cancellationToken);
            Expect.That(outcome.IsOk, $"the power cannot be read: {outcome}");
            return ((GetPowerStateResponse)outcome.Messages[0]).State;
        }
    }
}
