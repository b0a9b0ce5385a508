using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ironic.Testing;

/// <summary>
/// A program that runs beside the tests: its output is kept for failure messages, it can be paused and killed, and it does not outlive
/// the test process, however that ends (the kernel kills it with its parent).
/// </summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);

    private readonly ServerProcessOptions _options;
    private readonly Process _process;
    private readonly ProcessOutput _output = new();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private bool _disposed;

    private ServerProcess(ServerProcessOptions options)
    {
        _options = options;
        var start = new ProcessStartInfo(Programs.Find("setpriv"), ["--pdeathsig", "KILL", .. UserArguments(options.User), "--", Programs.Find(options.Program), .. options.Arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = options.WorkingDirectory ?? "",
        };
        foreach (var (name, value) in options.Environment)
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.Exited += (_, _) => _exited.TrySetResult();
        _process.OutputDataReceived += (_, line) => _output.Add(line.Data);
        _process.ErrorDataReceived += (_, line) => _output.Add(line.Data);
    }

    /// <summary>The process id. setpriv replaces itself by the program, so this is the program's own.</summary>
    public int Id { get; private set; }

    /// <summary>How messages call it.</summary>
    public string Name => _options.Name;

    public bool HasExited => _process.HasExited;

    /// <summary>Its exit status; 128 + the signal's number when a signal ended it.</summary>
    /// <exception cref="InvalidOperationException">It still runs.</exception>
    public int ExitCode => _process.ExitCode;

    /// <summary>The last lines that it wrote to standard output and standard error, in order of arrival.</summary>
    public string Output => _output.ToString();

    /// <summary>Starts the program; it may not be ready for work yet.</summary>
    /// <exception cref="ProgramNotFoundException">It is not installed.</exception>
    public static async Task<ServerProcess> StartAsync(ServerProcessOptions options)
    {
        var server = new ServerProcess(options);
        await ProcessSpawner.StartAsync(server._process);
        TestRun.Add(server);
        server.Id = server._process.Id;
        server._process.StandardInput.Close();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        return server;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">Its exit status is not 0; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It did not end in time; it has been killed.</exception>
    public static async Task<string> RunAsync(ServerProcessOptions options, TimeSpan timeout)
    {
        await using var process = await StartAsync(options);
        await process.WaitForExitAsync(timeout);
        return process.ExitCode == 0 ? process.Output : throw process.Failure($"ended with status {process.ExitCode}");
    }

    /// <summary>Waits until <paramref name="isReady"/> answers true.</summary>
    /// <exception cref="InvalidOperationException">The program ended before; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It was not ready in time; the message carries its output.</exception>
    public async Task WaitUntilReadyAsync(Func<Task<bool>> isReady, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        try
        {
            await Eventually.ThatAsync(IsReadyOrFailedAsync, timeout, $"{Name} is ready", cancellationToken);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(exception.Message + OutputForMessage(), exception);
        }

        async Task<bool> IsReadyOrFailedAsync()
        {
            var exited = HasExited;
            if (exited)
                await WaitForExitAsync(_options.StopTimeout); // until its last line has arrived
            return await isReady() || (exited ? throw Failure($"ended with status {ExitCode} before it was ready") : false);
        }
    }

    /// <summary>Waits for a line of output, also one written already.</summary>
    /// <exception cref="InvalidOperationException">The program ended without it; the message carries its output.</exception>
    /// <exception cref="TimeoutException">It did not come in time; the message carries its output.</exception>
    public async Task<Match> WaitForOutputAsync(Regex pattern, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        Match? match = null;
        await WaitUntilReadyAsync(() => Task.FromResult((match = _output.FirstMatch(pattern)) is not null), timeout, cancellationToken);
        return match!;
    }

    /// <summary>SIGSTOP: the process freezes where it stands. Its sockets stay open; the kernel goes on accepting connections for it.</summary>
    public void Pause() => SendRequired(Signal.Stop);

    /// <summary>SIGCONT, after <see cref="Pause"/>.</summary>
    public void Resume() => SendRequired(Signal.Continue);

    /// <summary>SIGKILL, then waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await WaitForExitAsync(_options.StopTimeout);
    }

    /// <summary>Sends a signal.</summary>
    /// <returns>false when the program has ended already.</returns>
    public bool Send(Signal signal)
    {
        // HasExited is asked first so that the id is still this child's, as Process.Kill does.
        lock (_gate)
            return !_disposed && !_process.HasExited && Signals.Send(Id, signal);
    }

    /// <summary>Asks it to stop, waits, and kills it when it does not.</summary>
    /// <returns>true when it ended by itself, false when it had to be killed.</returns>
    public Task<bool> StopAsync() => EndAsync(_options.StopSignal);

    /// <summary>Ends it the fast way that its options name, which leaves its state as a crash would.</summary>
    public Task DiscardAsync() => EndAsync(_options.DiscardSignal);

    /// <summary>Waits for its end and, as far as no process that it left behind holds them open, for the end of its output streams.</summary>
    /// <exception cref="TimeoutException">It still runs; the message carries its output.</exception>
    public async Task WaitForExitAsync(TimeSpan timeout)
    {
        try
        {
            await _exited.Task.WaitAsync(timeout);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{Name} (process {Id}) still runs after {timeout.TotalSeconds} s.{OutputForMessage()}", exception);
        }

        await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(OutputTimeout));
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        await StopAsync();
        TestRun.Remove(this);
        lock (_gate)
        {
            _disposed = true;
            _process.Dispose();
        }
    }

    private async Task<bool> EndAsync(Signal signal)
    {
        Send(signal);
        // A paused process acts on no signal but SIGKILL.
        Send(Signal.Continue);
        try
        {
            await WaitForExitAsync(_options.StopTimeout);
            return true;
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return false;
        }
    }

    private static string[] UserArguments(string? user) => user is null ? [] : ["--reuid", user, "--regid", user, "--init-groups"];

    private void SendRequired(Signal signal)
    {
        if (!Send(signal))
            throw Failure($"has ended; it cannot be sent {signal}");
    }

    private InvalidOperationException Failure(string what) => new($"{Name} (process {Id}) {what}.{OutputForMessage()}");

    private string OutputForMessage() => $" Its output:{Environment.NewLine}{Output}";
}
