using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>A node's console: whether it is on, and where.</summary>
internal sealed class NodeConsole(TaskManager tasks, DriverCalls calls, ConsoleCalls console, BackgroundWork work)
{
    private static readonly InterfaceKind Console = InterfaceTypes.Get(InterfaceType.Console);

    /// <summary>Where the console is; null while it is off.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND, NO_VALID_HOST and what the driver finds.</exception>
    public async Task<GetConsoleResponse?> GetAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        if (!task.Node.ConsoleEnabled)
            return null;
        await calls.ValidateAsync(task, Console, cancellationToken);
        return await console.GetAsync(task, cancellationToken);
    }

    /// <summary>Starts switching it; that goes on after the answer. A console that is as it shall be is left alone.</summary>
    /// <exception cref="IronicException">NODE_NOT_FOUND, NODE_LOCKED, NO_VALID_HOST, UNSUPPORTED_DRIVER_EXTENSION, NO_FREE_CONDUCTOR_WORKER and what the driver's validation finds.</exception>
    public async Task SetAsync(string ident, bool enabled, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await task.LoadDriverAsync(cancellationToken);
        await calls.ValidateAsync(task, Console, cancellationToken);
        if (task.Node.ConsoleEnabled == enabled)
            return;
        await task.UpgradeAsync(cancellationToken);
        if (task.Node.ConsoleEnabled == enabled)
            return;
        work.Start(task, "console", enabled ? "start the console" : "stop the console", async (held, lost) =>
        {
            await (enabled ? console.StartAsync(held, lost) : console.StopAsync(held, lost));
            held.Node.ConsoleEnabled = enabled;
        });
    }
}
