using System.Security.Cryptography;
using Grpc.Core;
using Ironic.Conformance;

if (args.Any(arg => arg is "-h" or "--help"))
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    interrupted.Cancel();
};
try
{
    var line = CommandLine.Parse(args);
    var report = await ConformanceRun.RunAsync(line.Options, line.Verbose ? result => Console.WriteLine($"{result.Verdict,-4} {result.Id}: {result.Title}") : null, interrupted.Token);
    if (line.JsonPath is { } path)
        await File.WriteAllTextAsync(path, report.ToJson());
    Console.Write(report.ToText());
    return report.IsConformant ? 0 : 1;
}
catch (Exception e) when (e is FormatException or IOException or CryptographicException)
{
    Console.Error.WriteLine($"tools/conformance: {e.Message}");
    return 2;
}
catch (RpcException e)
{
    Console.Error.WriteLine($"tools/conformance: the driver cannot be looked at: {e.StatusCode}: {e.Status.Detail}");
    return 2;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return 2;
}
