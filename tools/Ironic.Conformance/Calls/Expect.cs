using Ironic.Driver.V1;

namespace Ironic.Conformance.Calls;

/// <summary>What a check demands of what it has seen.</summary>
internal static class Expect
{
    /// <exception cref="CheckFailedException">It is not so.</exception>
    public static void That(bool condition, string reason)
    {
        if (!condition)
            throw new CheckFailedException(reason);
    }

    /// <exception cref="CheckFailedException">The call did not fail with the class, or not with its gRPC code.</exception>
    public static void Class(ErrorClass expected, CallOutcome outcome, string when)
    {
        That(outcome.Class == expected, $"{when} the answer must be {ErrorTable.Name(expected)}; {outcome}");
        That(outcome.Code == ErrorTable.CodeOf(expected), $"{ErrorTable.Name(expected)} travels with {ErrorTable.CodeOf(expected)}; {outcome}");
    }

    /// <summary>A failure of the driver's own names its class, with the code of the table.</summary>
    /// <exception cref="CheckFailedException">It does not.</exception>
    public static void Classified(CallOutcome outcome)
    {
        if (outcome.IsOk)
            return;
        That(outcome.Class != ErrorClass.Unspecified, $"a failure must name its class; {outcome}");
        That(outcome.Code == ErrorTable.CodeOf(outcome.Class), $"{ErrorTable.Name(outcome.Class)} travels with {ErrorTable.CodeOf(outcome.Class)}; {outcome}");
    }

    /// <summary>A driver that does not refuse what it must refuse would do it: to nothing without a machine, or to one that may be changed.</summary>
    /// <exception cref="CheckSkippedException">The machine may not be changed.</exception>
    public static void Harmless(Subject subject, ContractMethod method)
    {
        if (method.IsMutating && subject.Machine is { MayChange: false })
            throw new CheckSkippedException("needs a machine that may be changed, should the driver not refuse it");
    }

    /// <exception cref="CheckSkippedException">There is no machine.</exception>
    public static Machine Machine(Subject subject, bool changes)
    {
        if (subject.Machine is not { } machine)
            throw new CheckSkippedException($"needs a machine of the hardware type {subject.HardwareType}");
        return !changes || machine.MayChange ? machine : throw new CheckSkippedException("needs a machine that may be changed");
    }
}
