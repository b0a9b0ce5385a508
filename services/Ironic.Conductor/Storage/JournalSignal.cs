namespace Ironic.Conductor.Storage;

/// <summary>Says within the process that it has written events, so that whoever follows the journal need not wait for the next look at the database.</summary>
internal sealed class JournalSignal
{
    private TaskCompletionSource _raised = New();

    /// <summary>Ends when the signal is raised next. Take it before looking at the journal, so that nothing falls in between.</summary>
    public Task Next => Volatile.Read(ref _raised).Task;

    public void Raise() => Interlocked.Exchange(ref _raised, New()).TrySetResult();

    // Writers are not kept by what their signal sets off.
    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
