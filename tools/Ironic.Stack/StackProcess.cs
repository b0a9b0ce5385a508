using System.Diagnostics;
using System.Globalization;
using Ironic.Stack.Internal;

namespace Ironic.Stack;

/// <summary>One process of a stack. It keeps its ports over restarts.</summary>
public sealed class StackProcess : IDisposable
{
    // Ctrl-C in a terminal reaches its whole process group; the children are stopped in order instead. Absent on some systems, where they all stop at once.
    private static readonly string? SetSid = new[] { "/usr/bin/setsid", "/bin/setsid" }.FirstOrDefault(File.Exists);

    private static readonly TimeSpan PauseLimit = TimeSpan.FromSeconds(10);

    private static readonly string[] SecretWords = ["ConnectionString", "Password", "Secret", "Token", "Key"];

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly StackOptions _options;
    private readonly ProcessLog _log;
    private readonly Action<StackProcess> _onDeath;
    private readonly SemaphoreSlim _gate = new(1);
    private volatile Run? _run;

    internal StackProcess(
        ProcessKind kind, string name, string program, Uri url, Uri managementUrl, IReadOnlyDictionary<string, string> settings,
        StackOptions options, string logPath, Action<StackProcess, string> onErrorLine, Action<StackProcess> onDeath)
    {
        Kind = kind;
        Name = name;
        Url = url;
        ManagementUrl = managementUrl;
        LogPath = logPath;
        _program = program;
        _settings = settings;
        _options = options;
        _onDeath = onDeath;
        _log = new ProcessLog(logPath, line => onErrorLine(this, line));
    }

    public ProcessKind Kind { get; }

    /// <summary>Unique in the stack: <c>api</c>, <c>conductor-1</c>, <c>driver-fake</c>.</summary>
    public string Name { get; }

    /// <summary>Its main endpoint: REST for the API, gRPC for the others.</summary>
    public Uri Url { get; }

    /// <summary>Where it serves <c>/metrics</c> and <c>/healthcheck</c>.</summary>
    public Uri ManagementUrl { get; }

    /// <summary>Its output, that of restarts included.</summary>
    public string LogPath { get; }

    /// <summary>The process id of the current or last run.</summary>
    /// <exception cref="InvalidOperationException">It was never started.</exception>
    public int Id => Current.Id;

    public bool IsRunning => _run is { Exited.IsCompleted: false };

    /// <summary>How the last run ended; null while it runs. Ended by a signal: 128 and the signal's number.</summary>
    public int? ExitCode => _run is { Exited.IsCompletedSuccessfully: true } run ? run.Exited.Result : null;

    /// <summary>Completes with the exit code when the current run ends.</summary>
    public Task<int> Exited => Current.Exited;

    private Run Current => _run ?? throw new InvalidOperationException($"{Name} was never started.");

    /// <summary>Starts it, unless it runs, and waits until it serves.</summary>
    /// <exception cref="StackException">It ended before, or did not serve in time; the message has the end of its log.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!IsRunning)
                _run = new Run(this);
            await WaitUntilReadyAsync(cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Asks it to stop (SIGTERM) and waits; kills it when it takes longer than <see cref="StackOptions.StopTimeout"/>.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        var run = Current;
        run.IsEndExpected = true;
        run.Send(UnixSignal.Terminate);
        run.Send(UnixSignal.Continue);
        try
        {
            return await run.Exited.WaitAsync(_options.StopTimeout);
        }
        catch (TimeoutException)
        {
            await KillAsync();
            return await run.Exited;
        }
    }

    /// <summary>Kills it (SIGKILL), as a crash would end it, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        var run = Current;
        run.IsEndExpected = true;
        run.Send(UnixSignal.Kill);
        await run.Exited;
    }

    /// <summary>Stops and starts it.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken = default)
    {
        if (IsRunning)
            await StopAsync();
        await StartAsync(cancellationToken);
    }

    /// <summary>Freezes it (SIGSTOP): its sockets stay open, nothing of it moves any more when this returns.</summary>
    /// <exception cref="TimeoutException">It goes on moving.</exception>
    public void Pause()
    {
        var process = Current;
        process.Send(UnixSignal.Stop);
        // A signal takes effect some time after it was sent, for each thread by itself.
        if (!SpinWait.SpinUntil(() => IsStopped(process.Id), PauseLimit))
            throw new TimeoutException($"{Name} was not stopped by SIGSTOP within {PauseLimit.TotalSeconds} s.");
    }

    /// <summary>Lets it go on (SIGCONT).</summary>
    public void Resume() => Current.Send(UnixSignal.Continue);

    private static bool IsStopped(int id)
    {
        try
        {
            // "17 (dotnet) T ...", where the name may have brackets, too.
            return Directory.EnumerateDirectories($"/proc/{id}/task").All(thread => File.ReadAllText($"{thread}/stat") is var stat && stat[stat.LastIndexOf(')') + 2] == 'T');
        }
        catch (IOException)
        {
            // A thread has ended in between: looked at again.
            return false;
        }
    }

    /// <summary>Releases the log file. The process itself is stopped by the stack.</summary>
    public void Dispose()
    {
        _run?.Dispose();
        _log.Dispose();
        _gate.Dispose();
    }

    /// <summary>Whether it says that it serves.</summary>
    internal async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var health = await LoopbackHttp.Client.GetAsync(new Uri(ManagementUrl, "/healthcheck"), cancellationToken);
            if (!health.IsSuccessStatusCode || Kind != ProcessKind.Api)
                return health.IsSuccessStatusCode;
            using var root = await LoopbackHttp.Client.GetAsync(Url, cancellationToken);
            return root.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task WaitUntilReadyAsync(CancellationToken cancellationToken)
    {
        var run = Current;
        var started = Stopwatch.GetTimestamp();
        while (!await IsReadyAsync(cancellationToken))
        {
            if (run.Exited.IsCompleted)
                throw new StackException($"{Name} ended with status {await run.Exited} before it was ready:{Environment.NewLine}{_log.Tail}");
            if (Stopwatch.GetElapsedTime(started) > _options.StartTimeout)
                throw new StackException($"{Name} is not ready after {_options.StartTimeout.TotalSeconds} s:{Environment.NewLine}{_log.Tail}");
            await Task.WhenAny(run.Exited, Task.Delay(50, cancellationToken));
        }
    }

    private ProcessStartInfo CreateStartInfo()
    {
        if (!File.Exists(_program))
            throw new StackException($"{_program} is not there; build it first");
        // The host that runs this process, so that a private SDK runs its children, too.
        var dotnet = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
        string[] command = SetSid is null ? [dotnet, _program] : [SetSid, dotnet, _program];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _options.DataDirectory,
        };
        foreach (var (key, value) in _settings)
        {
            // Everybody on the machine can read a command line, so what may hold a password goes into the environment.
            if (IsSecret(key))
                start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
            else
                start.ArgumentList.Add($"--{key}={value}");
        }

        start.ArgumentList.Add(string.Create(CultureInfo.InvariantCulture, $"--Hosting:ExitWithParent={Environment.ProcessId}"));
        return start;
    }

    private static bool IsSecret(string key) =>
        key.Equals("Locks:RedisConfiguration", StringComparison.OrdinalIgnoreCase) ||
        SecretWords.Any(word => key.EndsWith(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>The process from one start to its end.</summary>
    private sealed class Run : IDisposable
    {
        private static readonly TimeSpan OutputTimeout = TimeSpan.FromSeconds(1);

        private readonly Lock _lock = new();
        private readonly TaskCompletionSource<int> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Process _process;
        private bool _disposed;

        public Run(StackProcess owner)
        {
            _process = new Process { StartInfo = owner.CreateStartInfo(), EnableRaisingEvents = true };
            _process.OutputDataReceived += (_, line) => owner._log.Add(line.Data, isError: false);
            _process.ErrorDataReceived += (_, line) => owner._log.Add(line.Data, isError: true);
            _process.Exited += (_, _) => _ = CompleteAsync(owner);
            _process.Start();
            Id = _process.Id;
            _process.StandardInput.Close();
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public int Id { get; }

        /// <summary>Somebody asked for the end.</summary>
        public bool IsEndExpected { get; set; }

        public Task<int> Exited => _exited.Task;

        public void Send(int signal)
        {
            // Asked first, so that the id is still this process'.
            lock (_lock)
            {
                if (!_disposed && !_process.HasExited)
                    UnixSignal.Send(Id, signal);
            }
        }

        // The end is told when the last line is in the log, unless a process that it left behind keeps the streams open.
        private async Task CompleteAsync(StackProcess owner)
        {
            await Task.WhenAny(_process.WaitForExitAsync(), Task.Delay(OutputTimeout));
            _exited.SetResult(_process.ExitCode);
            if (!IsEndExpected)
                owner._onDeath(owner);
        }

        public void Dispose()
        {
            lock (_lock)
            {
                _disposed = true;
                _process.Dispose();
            }
        }
    }
}
