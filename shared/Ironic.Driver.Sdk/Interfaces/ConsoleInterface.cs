namespace Ironic.Driver.Sdk;

/// <summary>Gives access to the node's serial or graphical console.</summary>
public abstract class ConsoleInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Console;

    /// <summary>Where the console is. Called only while it is started.</summary>
    public abstract ValueTask<ConsoleAddress> GetConsoleAsync(NodeContext node, CancellationToken cancellationToken);

    /// <summary>Makes the console reachable. One that is started already stays as it is.</summary>
    public abstract Task StartConsoleAsync(NodeContext node, CancellationToken cancellationToken);

    /// <summary>Ends it. One that is not started is no error.</summary>
    public abstract Task StopConsoleAsync(NodeContext node, CancellationToken cancellationToken);
}

/// <summary>How to reach a console.</summary>
/// <param name="Type">How to speak to it: <c>socat</c>, <c>vnc</c>, ...; null when there is nothing to speak to.</param>
/// <param name="Url">Where: <c>tcp://192.0.2.10:8023</c>.</param>
public sealed record ConsoleAddress(string? Type, string? Url);
