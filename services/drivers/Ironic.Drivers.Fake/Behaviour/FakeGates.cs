using System.Collections.Concurrent;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>
/// Gates at which test methods wait until a test opens them: it holds a call for exactly as long as it needs, however slow the machine is.
/// A gate is closed until it is opened, and then stays open as long as the process lives.
/// </summary>
internal sealed class FakeGates
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _gates = new(StringComparer.Ordinal);

    /// <summary>Waits until the gate is open.</summary>
    public Task WaitAsync(string name, CancellationToken cancellationToken) => Find(name).Task.WaitAsync(cancellationToken);

    /// <summary>Opens the gate, also for those who come later.</summary>
    public void Open(string name) => Find(name).TrySetResult();

    private TaskCompletionSource Find(string name) => _gates.GetOrAdd(name, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
}
