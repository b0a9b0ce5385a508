using Ironic.Conformance.Calls;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Checks;

/// <summary>Operations that are done to a machine: that they happen once, under the newest lock, and how they tell of their progress (5.1 to 5.3 of SPEC.md).</summary>
internal static class OperationChecks
{
    public static IEnumerable<Check> All(DriverUnderTest driver) =>
        from subject in driver.Subjects()
        from method in subject.Methods
        where method.IsMutating
        from check in Of(subject, method)
        select check;

    private static IEnumerable<Check> Of(Subject subject, ContractMethod method)
    {
        var name = $"{method.Name} {subject.Name}";
        yield return new Check("R-090", name, "it ends well, or with a class", async cancellationToken =>
        {
            var outcome = await DoAsync(subject, method, cancellationToken);
            Expect.Classified(outcome);
            Expect.That(outcome.Class is not (ErrorClass.Internal or ErrorClass.StaleEpoch), $"{outcome}");
        });
        yield return new Check("R-052", $"{name}: again", "who repeats it gets its outcome", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var request = subject.Request(method);
            var first = await subject.SendAsync(method, request, cancellationToken);
            var second = await subject.SendAsync(method, request, cancellationToken);
            Expect.That(second.IsSameAs(first), $"first {first}; then {second}");
        });
        yield return new Check("R-052", $"{name}: at once", "who calls it while it runs gets its outcome", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var request = subject.Request(method);
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => subject.SendAsync(method, request, cancellationToken)));
            var other = Array.Find(outcomes, outcome => !outcome.IsSameAs(outcomes[0]));
            Expect.That(other is null, $"one: {outcomes[0]}; another: {other}");
        });
        if (method.IsAboutNoNode)
            yield break;
        yield return new Check("R-053", name, "its id for another node is refused", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var request = subject.Request(method);
            Done(await subject.SendAsync(method, request, cancellationToken));
            var other = subject.Request(method);
            Requests.ContextOf(other).OperationId = Requests.ContextOf(request).OperationId;
            Expect.Class(ErrorClass.InvalidParameter, await subject.SendAsync(method, other, cancellationToken), "with the id of an operation of another node");
        });
        yield return new Check("R-061", $"{name}: old", "under an old lock it is refused, under none and a newer one it is not", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var request = Requests.Again(subject.Request(method), epoch: 10);
            Done(await subject.SendAsync(method, request, cancellationToken));
            Expect.Class(ErrorClass.StaleEpoch, await subject.SendAsync(method, Requests.Again(request, epoch: 9), cancellationToken), "with epoch 9 after 10");
            foreach (var epoch in (ulong[])[0, 10, 11])
            {
                var outcome = await subject.SendAsync(method, Requests.Again(request, epoch: epoch), cancellationToken);
                Expect.That(outcome.Class != ErrorClass.StaleEpoch, $"epoch {epoch} after 10 was refused");
            }
        });
        yield return new Check("R-061", $"{name}: another node", "the lock of one node is not another's", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            Done(await subject.SendAsync(method, Requests.Again(subject.Request(method), epoch: 10), cancellationToken));
            var outcome = await subject.SendAsync(method, Requests.Again(subject.Request(method), epoch: 1), cancellationToken);
            Expect.That(outcome.Class != ErrorClass.StaleEpoch, "the epoch of another node was held against it");
        });
        if (!method.Descriptor.IsServerStreaming)
            yield break;
        yield return new Check("R-070", name, "its messages are counted from 1", async cancellationToken =>
        {
            var progress = (await DoWellAsync(subject, method, cancellationToken)).Progress;
            for (var i = 0; i < progress.Count; i++)
                Expect.That(progress[i]?.Sequence == (ulong)i + 1, $"message {i + 1} has the number {progress[i]?.Sequence}");
        });
        yield return new Check("R-071", name, "the last message, and it alone, says that it is over", async cancellationToken =>
        {
            var progress = (await DoWellAsync(subject, method, cancellationToken)).Progress;
            Expect.That(progress.Count > 0 && progress[^1] is { Completed: true }, "the last one does not");
            Expect.That(progress.Take(progress.Count - 1).All(message => message is { Completed: false }), "one before the last does");
        });
        yield return new Check("R-072", name, "who takes it up again gets the rest, at least its end", async cancellationToken =>
        {
            Expect.Machine(subject, changes: true);
            var request = subject.Request(method);
            var whole = Done(await subject.SendAsync(method, request, cancellationToken)).Messages;
            foreach (var after in (int[])[whole.Count - 1, whole.Count, whole.Count + 5])
            {
                var rest = await subject.SendAsync(method, Requests.Again(request, operation: Requests.ContextOf(request).OperationId, resumeAfter: (ulong)after), cancellationToken);
                Expect.That(rest.IsOk && rest.Messages.Count == 1 && rest.Messages[0].Equals(whole[^1]), $"after message {after} of {whole.Count} {rest.Messages.Count} were sent, {rest}");
            }
        });
        if (method.Descriptor.OutputType.FindFieldByName("outcome") is { } field)
        {
            yield return new Check("R-131", name, "it ends as done, or with the agent to wait for", async cancellationToken =>
            {
                var last = (await DoWellAsync(subject, method, cancellationToken)).Messages[^1];
                Expect.That((WorkOutcome)field.Accessor.GetValue(last) is WorkOutcome.Done or WorkOutcome.Wait, $"it ends with {field.Accessor.GetValue(last)}");
            });
        }
    }

    private static async Task<CallOutcome> DoAsync(Subject subject, ContractMethod method, CancellationToken cancellationToken)
    {
        Expect.Machine(subject, changes: true);
        return await subject.SendAsync(method, subject.Request(method), cancellationToken);
    }

    private static async Task<CallOutcome> DoWellAsync(Subject subject, ContractMethod method, CancellationToken cancellationToken) => Done(await DoAsync(subject, method, cancellationToken));

    // What this machine does not do, shows nothing of operations.
    private static CallOutcome Done(CallOutcome outcome)
    {
        Expect.That(outcome.Class != ErrorClass.StaleEpoch, $"nobody has had the lock of this node since; {outcome}");
        return outcome.IsOk ? outcome : throw new CheckSkippedException($"this machine does not do it: {outcome}");
    }
}
