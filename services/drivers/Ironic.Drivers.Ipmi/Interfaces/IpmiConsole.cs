using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Interfaces;

/// <summary>
/// Serial consoles over LAN, each at a TCP port of the driver. It bears the name of Ironic's implementation, which it takes the place of: clients see the same.
/// </summary>
internal sealed class IpmiConsole(ConsoleTable consoles) : ConsoleInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => IpmiProperties.Console;

    public override ValueTask ValidateAsync(NodeContext node, CancellationToken cancellationToken)
    {
        Read(node);
        return ValueTask.CompletedTask;
    }

    public override ValueTask<ConsoleAddress> GetConsoleAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var endpoint = consoles.Find(node.Uuid)
            ?? throw new RetryableException($"The console of node {node.Uuid} is not open: the driver was restarted. It is opened again soon.");
        return ValueTask.FromResult(new ConsoleAddress("socat", $"tcp://{endpoint}"));
    }

    public override Task StartConsoleAsync(NodeContext node, CancellationToken cancellationToken)
    {
        var info = Read(node);
        return consoles.OpenAsync(node.Uuid, info.Target, info.TerminalPort);
    }

    public override Task StopConsoleAsync(NodeContext node, CancellationToken cancellationToken) => consoles.CloseAsync(node.Uuid);

    private IpmiDriverInfo Read(NodeContext node)
    {
        var info = IpmiDriverInfo.Read(node);
        if (info.TerminalPort is null && !consoles.HasRange)
            throw ConsoleTable.NoPort();
        return info.Target.Profile.Version != IpmiVersion.OnePointFive
            ? info
            : throw new InvalidParameterException($"{IpmiProperties.ProtocolVersion} of driver_info must not be 1.5, which has no serial over LAN.");
    }
}
