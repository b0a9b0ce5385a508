using System.Globalization;
using System.Threading.Channels;
using Ironic.Stack.Internal;

namespace Ironic.Stack;

/// <summary>
/// A whole system on this machine: conductors, the API and drivers as processes of their own, on the loopback address. They end with
/// this process, however it ends.
/// </summary>
public sealed class IronicStack : IAsyncDisposable
{
    private const string Loopback = "http://127.0.0.1";

    private readonly StackOptions _options;
    private readonly StackPrograms _programs;
    private readonly DataDirectoryLock _directoryLock;
    private readonly Channel<StackProcess> _deaths = Channel.CreateUnbounded<StackProcess>();
    private readonly List<StackProcess> _conductors = [];
    private readonly List<StackProcess> _drivers = [];
    private bool _stopping;
    private bool _disposed;

    private IronicStack(StackOptions options, StackPrograms programs)
    {
        _options = options with { DataDirectory = Path.GetFullPath(options.DataDirectory) };
        _programs = programs;
        Directory.CreateDirectory(Path.Combine(_options.DataDirectory, "logs"));
        _directoryLock = DataDirectoryLock.Take(_options.DataDirectory);
        try
        {
            for (var i = 1; i <= options.Conductors; i++)
                _conductors.Add(CreateConductor(i));
            Api = CreateApi();
            foreach (var driver in options.Drivers)
                _drivers.Add(CreateDriver(driver));
            var unknown = options.Profile.FindUnknownGroups(Processes.Select(process => process.Name)).ToList();
            if (unknown.Count > 0)
                throw new StackException($"the profile has settings for {string.Join(", ", unknown)}, which is no process of this stack");
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Told every line that a process writes to standard error or logs as an error. Called from several threads.</summary>
    public event Action<StackProcess, string>? ErrorLogged;

    /// <summary>Where REST callers go.</summary>
    public Uri RestUrl => Api.Url;

    /// <summary>Where gRPC callers go (h2c).</summary>
    public Uri GrpcUrl { get; private set; } = null!;

    public StackProcess Api { get; } = null!;

    public IReadOnlyList<StackProcess> Conductors => _conductors;

    public IReadOnlyList<StackProcess> Drivers => _drivers;

    /// <summary>All processes, in the order in which they start.</summary>
    public IEnumerable<StackProcess> Processes => [.. _conductors, Api, .. _drivers];

    /// <summary>The processes that ended without being asked to, one entry for each end.</summary>
    public ChannelReader<StackProcess> Deaths => _deaths.Reader;

    /// <summary>The directory of the database and the logs.</summary>
    public string DataDirectory => _options.DataDirectory;

    /// <summary>Starts a stack and waits until all of its processes serve.</summary>
    /// <exception cref="StackException">The options are wrong, or a process does not come up; then nothing of it is left running.</exception>
    public static async Task<IronicStack> StartAsync(StackOptions options, CancellationToken cancellationToken = default)
    {
        var stack = Create(options);
        try
        {
            await stack.StartAsync(cancellationToken);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Checks the options and prepares the processes, so that a caller can listen to <see cref="ErrorLogged"/> before <see cref="StartAsync(CancellationToken)"/>.</summary>
    /// <exception cref="StackException">The options are wrong, or the data directory is in use.</exception>
    public static IronicStack Create(StackOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var programs = options.Programs ?? StackPrograms.FromRepository();
        options.Validate(programs);
        foreach (var (port, _) in options.ChosenPorts)
        {
            if (!Ports.IsFree(port))
                throw new StackException(string.Create(CultureInfo.InvariantCulture, $"port {port} is in use; choose others with --port, --grpc-port and --conductor-port"));
        }

        return new IronicStack(options, programs);
    }

    /// <summary>Starts the conductors, then the API and the drivers, and waits until all serve and the drivers are registered.</summary>
    /// <exception cref="StackException">A process does not come up. Dispose the stack.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // The first failure ends the wait for the others.
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await StartAllAsync(_conductors, failed);
        await StartAllAsync([Api, .. _drivers], failed);
        await WaitForDriversAsync(cancellationToken);
    }

    /// <summary>Waits until every conductor has every driver that runs.</summary>
    /// <exception cref="StackException">That took longer than <see cref="StackOptions.StartTimeout"/>.</exception>
    public Task WaitForDriversAsync(CancellationToken cancellationToken = default) =>
        new DriverRegistrations(RestUrl, _conductors.Count(process => process.IsRunning))
            .WaitAsync(_drivers.Where(process => process.IsRunning), _options.StartTimeout, cancellationToken);

    /// <summary>Adds a driver process to the running stack and waits until it is registered.</summary>
    /// <param name="name">One of <see cref="StackPrograms.Drivers"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<StackProcess> AddDriverAsync(string name, CancellationToken cancellationToken = default)
    {
        (_options with { Drivers = [.. _drivers.Select(driver => driver.Name["driver-".Length..]), name] }).Validate(_programs);
        var process = CreateDriver(name);
        _drivers.Add(process);
        await process.StartAsync(cancellationToken);
        await WaitForDriversAsync(cancellationToken);
        return process;
    }

    /// <summary>Stops everything in order: no new requests, then the drivers leave, then the conductors.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        foreach (var stage in new IReadOnlyList<StackProcess>[] { [Api], _drivers, _conductors })
            await Task.WhenAll(stage.Where(process => process.IsRunning).Select(process => process.StopAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        _disposed = true;
        await StopAsync();
        Release();
    }

    private static async Task StartAllAsync(IEnumerable<StackProcess> processes, CancellationTokenSource failed)
    {
        var starts = processes.Select(process => process.StartAsync(failed.Token)).ToList();
        var all = Task.WhenAll(starts);
        while (starts.Count > 0)
        {
            var done = await Task.WhenAny(starts);
            starts.Remove(done);
            if (!done.IsFaulted)
                continue;
            await failed.CancelAsync();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await done;
        }

        await all;
    }

    private StackProcess CreateConductor(int number)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"conductor-{number}");
        var url = NewUrl(_options.ConductorPort == 0 ? 0 : _options.ConductorPort + number - 1);
        var settings = new Dictionary<string, string>
        {
            ["Conductor:Url"] = url.OriginalString,
            ["Database:Provider"] = _options.Postgres is null ? "sqlite" : "postgresql",
            ["Database:ConnectionString"] = _options.Postgres ?? $"Data Source={Path.Combine(_options.DataDirectory, "ironic.db")}",
        };
        if (_options.Redis is not null)
            settings["Locks:RedisConfiguration"] = _options.Redis;
        // A single conductor may keep the name that the profile gives; several need different ones.
        if (_options.Conductors > 1 || !_options.Profile.GetSettings(ProcessKind.Conductor, name).ContainsKey("Conductor:Hostname"))
            settings["Conductor:Hostname"] = name;
        return CreateProcess(ProcessKind.Conductor, name, _programs.Conductor, url, settings);
    }

    private StackProcess CreateApi()
    {
        var rest = NewUrl(_options.RestPort);
        GrpcUrl = NewUrl(_options.GrpcPort);
        var settings = new Dictionary<string, string> { ["Api:RestUrl"] = rest.OriginalString, ["Api:GrpcUrl"] = GrpcUrl.OriginalString };
        AddConductors(settings, "Api:Conductors");
        return CreateProcess(ProcessKind.Api, "api", _programs.Api, rest, settings);
    }

    private StackProcess CreateDriver(string driver)
    {
        var url = NewUrl();
        var settings = new Dictionary<string, string>
        {
            ["Driver:Url"] = url.OriginalString,
            ["Driver:DrainTimeout"] = Format(_options.StopTimeout * 0.6),
        };
        AddConductors(settings, "Driver:Conductors");
        return CreateProcess(ProcessKind.Driver, $"driver-{driver.ToLowerInvariant()}", _programs.Drivers[driver], url, settings);
    }

    private void AddConductors(Dictionary<string, string> settings, string key)
    {
        for (var i = 0; i < _conductors.Count; i++)
            settings[string.Create(CultureInfo.InvariantCulture, $"{key}:{i}")] = _conductors[i].Url.OriginalString;
    }

    private StackProcess CreateProcess(ProcessKind kind, string name, string program, Uri url, Dictionary<string, string> own)
    {
        var management = NewUrl();
        own["Management:Url"] = management.OriginalString;
        // Less than the time after which the launcher kills it.
        own["Hosting:ShutdownTimeout"] = Format(_options.StopTimeout * 0.8);
        var settings = new Dictionary<string, string>(_options.Profile.GetSettings(kind, name), StringComparer.OrdinalIgnoreCase);
        foreach (var (key, value) in own)
            settings[key] = value;
        return new StackProcess(
            kind, name, program, url, management, settings, _options, Path.Combine(_options.DataDirectory, "logs", name + ".log"),
            (process, line) => ErrorLogged?.Invoke(process, line),
            process =>
            {
                if (!_stopping)
                    _deaths.Writer.TryWrite(process);
            });
    }

    private static string Format(TimeSpan time) => time.ToString("c", CultureInfo.InvariantCulture);

    private static Uri NewUrl(int port = 0) => new(string.Create(CultureInfo.InvariantCulture, $"{Loopback}:{(port == 0 ? Ports.FindFree() : port)}"));

    private void Release()
    {
        _deaths.Writer.TryComplete();
        foreach (var process in Processes.Where(process => process is not null))
            process.Dispose();
        _directoryLock.Dispose();
    }
}
