using Ironic.Faults;

if (args.Any(arg => arg is "-h" or "--help"))
{
    Console.WriteLine(FaultOptions.Usage);
    return 0;
}

FaultOptions options;
try
{
    options = FaultOptions.Parse(args);
}
catch (FormatException exception)
{
    Console.Error.WriteLine($"tools/faults: {exception.Message}");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, press) =>
{
    press.Cancel = true;
    interrupted.Cancel();
};
return await new FaultRun(options, Console.WriteLine).RunAsync(interrupted.Token) ? 0 : 1;
