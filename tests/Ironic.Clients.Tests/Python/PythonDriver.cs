using System.Text.RegularExpressions;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Python;

/// <summary><c>examples/python-driver</c> as a process, on stubs that were just generated from the protos.</summary>
internal sealed partial class PythonDriver : IAsyncDisposable
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private static readonly Lazy<Task<TestDirectory>> Program = new(BuildAsync);

    private readonly ServerProcess _process;

    private PythonDriver(ServerProcess process, Uri url) => (_process, Url) = (process, url);

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    public string Output => _process.Output;

    public int? ExitCode => _process.HasExited ? _process.ExitCode : null;

    /// <summary>Starts it, and waits until it listens. It may not be registered yet.</summary>
    /// <param name="conductors">Where it registers.</param>
    public static Task<PythonDriver> StartAsync(params IEnumerable<Uri> conductors) => StartAsync([], conductors);

    /// <param name="settings">Further arguments.</param>
    public static async Task<PythonDriver> StartAsync(string[] settings, IEnumerable<Uri> conductors)
    {
        var directory = await Program.Value;
        string[] arguments = [directory.Combine("example_driver.py"), .. conductors.SelectMany(url => new[] { "--conductor", url.GetLeftPart(UriPartial.Authority) }), .. settings];
        var process = await ServerProcess.StartAsync(new ServerProcessOptions(Python, arguments) { Name = "python-driver" });
        try
        {
            var listening = await process.WaitForOutputAsync(Listening(), TestStack.Limit);
            return new PythonDriver(process, new Uri($"http://{listening.Groups["address"].Value}"));
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>SIGKILL.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM.</summary>
    public void Terminate() => _process.Send(Signal.Terminate);

    public Task WaitForExitAsync() => _process.WaitForExitAsync(TestStack.Limit);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<TestDirectory> BuildAsync()
    {
        var source = Path.Combine(StackPrograms.FindRepository(), "examples", "python-driver");
        var directory = new TestDirectory("python-driver");
        foreach (var file in Directory.EnumerateFiles(source, "*.py"))
            File.Copy(file, directory.Combine(Path.GetFileName(file)));
        await ServerProcess.RunAsync(new ServerProcessOptions(Path.Combine(source, "build-stubs"), directory.Combine("stubs")), TestStack.Limit);
        return directory;
    }

    [GeneratedRegex(@"listening on (?<address>127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
