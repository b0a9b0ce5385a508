using System.Runtime.InteropServices;
using Ironic.Stack;

if (args is ["-h" or "--help", ..])
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
try
{
    var commandLine = CommandLine.Parse(args);
    await using var stack = IronicStack.Create(commandLine.Options);
    stack.ErrorLogged += (process, line) => Console.Error.WriteLine($"{process.Name}: {line}");
    await stack.StartAsync(stop.Token);
    Console.WriteLine(Introduction.Describe(stack));
    Console.WriteLine($"ready {stack.RestUrl.OriginalString}");
    Console.Out.Flush();

    if (commandLine.Strict)
    {
        var dead = await stack.Deaths.ReadAsync(stop.Token);
        Console.Error.WriteLine($"{dead.Name} ended with status {dead.ExitCode}; stopping (its log: {dead.LogPath})");
        return 1;
    }

    await new Supervisor(stack, Console.Error.WriteLine, TimeProvider.System).RunAsync(stop.Token);
    return 0;
}
catch (StackException e)
{
    Console.Error.WriteLine($"tools/run: {e.Message}");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}

void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
