using Ironic.Bench.Measurement;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Bench.Target;

/// <summary>The system that is measured: one that runs already, or one that was started for it.</summary>
internal sealed class BenchTarget : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _owned = new();
    private readonly HttpClient _http = new();
    private TestDirectory? _directory;
    private IronicStack? _stack;

    public required Uri Rest { get; init; }

    public required Uri Grpc { get; init; }

    /// <summary>What is watched, in the order of the report.</summary>
    public IReadOnlyList<WatchedProcess> Processes { get; private set; } = [];

    /// <summary>HOST:PORT; null when it is not known.</summary>
    public string? Redis { get; private init; }

    /// <summary>Connection string of the PostgreSQL database; null when it is not known.</summary>
    public string? Database { get; private init; }

    /// <summary>The system ends with the measurement, and what is in it, too.</summary>
    public bool IsOwn => _directory is not null;

    /// <param name="options">What the command line asks for.</param>
    /// <param name="configure">Changes the system that is started; null for the one that most rows are measured on.</param>
    /// <exception cref="StackException">The stack does not start.</exception>
    public static async Task<BenchTarget> OpenAsync(BenchOptions options, Func<StackOptions, StackOptions>? configure = null)
    {
        if (options.Rest is not { } rest || options.Grpc is not { } grpc)
            return await StartAsync(options, configure ?? (stack => stack));
        var target = new BenchTarget { Rest = rest, Grpc = grpc, Redis = options.Redis };
        target.Processes = [.. options.Processes.Select(target.Watch)];
        return target;
    }

    /// <summary>What a process of the system that was started tells at its management endpoint.</summary>
    public Task<string> ReadMetricsAsync(string process) =>
        _http.GetStringAsync(new Uri(_stack!.Processes.Single(one => one.Name == process).ManagementUrl, "/metrics"));

    /// <summary>Stops the API, drivers and conductors that were started, in order. The databases go on.</summary>
    public Task StopSystemAsync() => _stack!.StopAsync();

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        while (_owned.TryPop(out var owned))
            await owned.DisposeAsync();
        _directory?.Dispose();
    }

    private static async Task<BenchTarget> StartAsync(BenchOptions options, Func<StackOptions, StackOptions> configure)
    {
        var directory = new TestDirectory("bench");
        var owned = new Stack<IAsyncDisposable>();
        try
        {
            var servers = new List<NamedProcess>();
            var (postgres, redis) = (options.Postgres, options.Redis);
            if (postgres is null)
            {
                // As durable as in production: that is what a commit costs.
                var server = await PostgresServer.StartAsync(new PostgresOptions { Durable = true });
                owned.Push(server);
                postgres = await server.CreateDatabaseAsync();
                servers.Add(new NamedProcess("postgres", server.Process.Id, null));
            }

            if (redis is null)
            {
                var server = await RedisServer.StartAsync();
                owned.Push(server);
                redis = server.Endpoint;
                servers.Add(new NamedProcess("redis", server.Process.Id, null));
            }

            var stack = await IronicStack.StartAsync(configure(new StackOptions
            {
                DataDirectory = directory.Combine("data"),
                Postgres = postgres,
                Redis = redis,
                Conductors = options.Conductors,
                Drivers = ["fake"],
                Programs = StackPrograms.FromRepository("Release"),
                StartTimeout = TimeSpan.FromMinutes(2),
            }));
            owned.Push(stack);
            var target = new BenchTarget { Rest = stack.RestUrl, Grpc = stack.GrpcUrl, Redis = redis, Database = postgres, _directory = directory, _stack = stack };
            foreach (var one in owned.Reverse())
                target._owned.Push(one);
            // From the caller inwards.
            IEnumerable<StackProcess> processes = [stack.Api, .. stack.Conductors, .. stack.Drivers];
            target.Processes = [.. processes.Select(process => new NamedProcess(process.Name, process.Id, process.ManagementUrl)).Concat(servers).Select(target.Watch)];
            return target;
        }
        catch
        {
            while (owned.TryPop(out var one))
                await one.DisposeAsync();
            directory.Dispose();
            throw;
        }
    }

    private WatchedProcess Watch(NamedProcess process) => new(process, _http);
}
