using System.Text.Json.Nodes;
using Google.Protobuf;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Checks;

/// <summary>What holds for every call of every implementation: section 5 of SPEC.md without what comes of operations that are done.</summary>
internal static class CallChecks
{
    private const string Nobody = "conformance-nobody";

    // Field 19,500 is nobody's; a length-delimited one.
    private static readonly byte[] UnknownField = [0xE2, 0xC2, 0x09, 0x03, (byte)'n', (byte)'e', (byte)'w'];

    public static IEnumerable<Check> All(DriverUnderTest driver) =>
        from subject in driver.Subjects()
        from method in subject.Methods
        from check in Of(subject, method)
        select check;

    private static IEnumerable<Check> Of(Subject subject, ContractMethod method)
    {
        var name = $"{method.Name} {subject.Name}";
        yield return new Check("R-003", name, "its service is served", async cancellationToken =>
        {
            var outcome = await subject.TryAsync(method, subject.Request(method, implementation: Nobody), cancellationToken);
            Expect.That(!outcome.IsNotServed, $"the method is not there; {outcome}");
        });
        yield return new Check("R-044", name, "an implementation that there is not is refused with UNSUPPORTED", async cancellationToken =>
            Expect.Class(ErrorClass.Unsupported, await subject.TryAsync(method, subject.Request(method, implementation: Nobody), cancellationToken), "for an implementation that there is not"));
        yield return new Check("R-008", name, "a field that nobody knows is ignored", async cancellationToken =>
        {
            var request = subject.Request(method, implementation: Nobody);
            var with = (IMessage)method.Descriptor.InputType.Parser.ParseFrom([.. request.ToByteArray(), .. UnknownField]);
            Expect.Class(ErrorClass.Unsupported, await subject.TryAsync(method, with, cancellationToken), "with a field that nobody knows and an implementation that there is not");
        });
        if (!method.IsAboutNoNode)
        {
            yield return new Check("R-043", name, "a node without any JSON is a node", async cancellationToken =>
            {
                var outcome = await subject.TryAsync(method, subject.Request(method, new NodeContext { Uuid = Guid.NewGuid().ToString(), Driver = subject.HardwareType }), cancellationToken);
                Expect.Classified(outcome);
                Expect.That(outcome.Class != ErrorClass.Internal, $"that is a defect; {outcome}");
            });
            yield return new Check("R-042", name, "the secrets of a node are in no answer", cancellationToken => KeepSecretsAsync(subject, method, cancellationToken));
        }

        if (!method.IsMutating)
            yield break;
        if (!method.IsVendorMethod)
        {
            yield return new Check("R-051", name, "a change without an operation id is refused", async cancellationToken =>
                Expect.Class(ErrorClass.InvalidParameter, await subject.TryAsync(method, Requests.Again(subject.Request(method), operation: ""), cancellationToken), "without an operation id"));
        }

        yield return new Check("R-058", name, "a change that is meant for another start of the process is refused", async cancellationToken =>
        {
            var request = subject.Request(method);
            Requests.ContextOf(request).InstanceId = "the start before";
            Expect.Class(ErrorClass.Precondition, await subject.TryAsync(method, request, cancellationToken), "with the instance id of another start");
        });
    }

    // A credential that is wrong, too: a driver may tell of it in its own words, but never the credential itself.
    private static async Task KeepSecretsAsync(Subject subject, ContractMethod method, CancellationToken cancellationToken)
    {
        var canary = $"canary-{Guid.NewGuid():N}";
        var info = (JsonObject?)subject.Machine?.DriverInfo.DeepClone() ?? [];
        foreach (var property in subject.Implementation.Properties.Where(property => property.Secret).Select(property => property.Name).Append("conformance_password"))
            info[property] = canary;
        var node = subject.Node(info);
        // Without a machine, and for changes, the driver is asked only for what it refuses before it talks to one.
        var request = subject.Request(method, node);
        if (method.IsMutating)
            Requests.ContextOf(request).InstanceId = "the start before";
        var outcome = await subject.TryAsync(method, request, cancellationToken);
        Expect.That(!outcome.Text.Contains(canary, StringComparison.Ordinal), "a value that was given as a secret is in the answer");
    }
}
