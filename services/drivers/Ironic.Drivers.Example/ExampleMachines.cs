using System.Collections.Concurrent;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Example;

/// <summary>What a real driver would find behind its management controllers: one machine for each node, as long as the process lives.</summary>
public sealed class ExampleMachines
{
    private readonly ConcurrentDictionary<string, ExampleMachine> _machines = new(StringComparer.Ordinal);

    /// <summary>The node's machine.</summary>
    public ExampleMachine Find(NodeContext node) =>
        _machines.GetOrAdd(node.Uuid, (_, power) => new ExampleMachine { Power = power }, node.PowerState == PowerState.On ? PowerState.On : PowerState.Off);
}

/// <summary>A machine that exists in memory.</summary>
public sealed class ExampleMachine
{
    private const int MaximumMessages = 100;

    private readonly ConcurrentQueue<string> _sent = new();

    public PowerState Power { get; set; }

    public BootDevice BootDevice { get; set; } = new("disk", Persistent: true);

    /// <summary>The newest messages that its controller was sent, the oldest first.</summary>
    public IReadOnlyCollection<string> Sent => _sent;

    public void Send(byte[] message)
    {
        _sent.Enqueue(Convert.ToHexString(message));
        while (_sent.Count > MaximumMessages)
            _sent.TryDequeue(out _);
    }
}
