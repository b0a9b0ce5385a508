using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to a node's console interface.</summary>
internal sealed class ConsoleCalls(DriverCalls calls)
{
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task<GetConsoleResponse> GetAsync(NodeTask task, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Console.GetConsoleAsync(
            new GetConsoleRequest { Context = DriverCalls.Context(task, mutating: false), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task StartAsync(NodeTask task, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Console.StartConsoleAsync(
            new StartConsoleRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION and others.</exception>
    public Task StopAsync(NodeTask task, CancellationToken cancellationToken) =>
        calls.CallAsync(task, options => task.Driver.Console.StopConsoleAsync(
            new StopConsoleRequest { Context = DriverCalls.Context(task, mutating: true), Node = NodeContexts.From(task.Node), Interface = Interface(task) },
            options), cancellationToken);

    private static string Interface(NodeTask task) => DriverCalls.Served(task, InterfaceType.Console);
}
