using Grpc.Core;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>Typed calls to a node's console interface.</summary>
internal sealed class ConsoleCalls(DriverCalls calls)
{
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION, DRIVER_UNAVAILABLE and others.</exception>
    public Task<GetConsoleResponse> GetAsync(NodeTask task, CancellationToken cancellationToken) =>
        CallAsync(task, mutating: false, (console, context, name, options) => console.GetConsoleAsync(
            new GetConsoleRequest { Context = context, Node = NodeContexts.From(task.Node), Interface = name }, options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION, DRIVER_UNAVAILABLE and others.</exception>
    public Task StartAsync(NodeTask task, CancellationToken cancellationToken) =>
        CallAsync(task, mutating: true, (console, context, name, options) => console.StartConsoleAsync(
            new StartConsoleRequest { Context = context, Node = NodeContexts.From(task.Node), Interface = name }, options), cancellationToken);

    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION, DRIVER_UNAVAILABLE and others.</exception>
    public Task StopAsync(NodeTask task, CancellationToken cancellationToken) =>
        CallAsync(task, mutating: true, (console, context, name, options) => console.StopConsoleAsync(
            new StopConsoleRequest { Context = context, Node = NodeContexts.From(task.Node), Interface = name }, options), cancellationToken);

    private Task<T> CallAsync<T>(
        NodeTask task, bool mutating, Func<ConsoleService.ConsoleServiceClient, CallContext, string, CallOptions, AsyncUnaryCall<T>> call, CancellationToken cancellationToken)
    {
        var served = DriverCalls.Served(task, InterfaceType.Console);
        return calls.CallAsync(
            task, served.Driver, options => call(served.Driver.Console, DriverCalls.Context(task, mutating), served.Name, options), cancellationToken);
    }
}
