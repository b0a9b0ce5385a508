using System.Globalization;
using Npgsql;

namespace Ironic.Testing;

/// <summary>
/// A real PostgreSQL with an empty data directory of its own, on a free loopback port. Several run side by side.
/// Its programs refuse to run as root; then they run as the user <c>postgres</c> of Debian's package.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Superuser = "ironic";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly string? SystemUser = Environment.IsPrivilegedProcess ? "postgres" : null;

    private readonly TestDirectory _directory = new("postgres");
    private readonly PostgresOptions _options;
    private ServerProcess? _process;
    private int _databases;

    private PostgresServer(PostgresOptions options) => _options = options;

    /// <summary>The TCP port on 127.0.0.1; the same after a restart.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>The running server process.</summary>
    /// <exception cref="InvalidOperationException">It is stopped.</exception>
    public ServerProcess Process => _process ?? throw new InvalidOperationException("PostgreSQL is stopped.");

    /// <summary>Creates the data directory, starts the server and waits until it answers.</summary>
    /// <exception cref="ProgramNotFoundException">PostgreSQL is not installed.</exception>
    public static async Task<PostgresServer> StartAsync(PostgresOptions? options = null)
    {
        var server = new PostgresServer(options ?? new PostgresOptions());
        try
        {
            await server.CreateDataDirectoryAsync();
            await server.StartProcessAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Creates an empty database that no one else uses.</summary>
    /// <returns>Its Npgsql connection string.</returns>
    public async Task<string> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var name = $"test_{Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture)}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
        return ConnectionString(name, pooling: true);
    }

    /// <summary>Ends all sessions, stops the server cleanly and starts it again on its port with its data.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        await StartProcessAsync();
    }

    /// <summary>Ends all sessions and stops the server cleanly.</summary>
    public async Task StopAsync()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>SIGKILL, as a crash would end it. <see cref="StartProcessAsync"/> then recovers the data.</summary>
    public async Task KillAsync()
    {
        await Process.KillAsync();
        await StopAsync();
    }

    /// <summary>Starts a stopped server and waits until it answers.</summary>
    public async Task StartProcessAsync()
    {
        if (_process is not null)
            throw new InvalidOperationException("PostgreSQL runs already.");
        _process = await ServerProcess.StartAsync(new ServerProcessOptions(Programs.FindPostgres("postgres"), ["-D", DataDirectory, .. Settings()])
        {
            Name = "PostgreSQL",
            User = SystemUser,
            // "Fast shutdown": open sessions are ended, where SIGTERM would wait for them.
            StopSignal = Signal.Interrupt,
            // "Immediate shutdown": no checkpoint, but the postmaster still waits for its children.
            DiscardSignal = Signal.Quit,
            WorkingDirectory = _directory.FullName,
        });
        await _process.WaitUntilReadyAsync(AnswersAsync, StartTimeout);
    }

    /// <summary>The statements that databases have run, with their plans, in the order of their ends. Needs <see cref="PostgresOptions.KeepPlans"/>.</summary>
    /// <param name="since">Only those that began later.</param>
    public async Task<IReadOnlyList<StatementPlan>> ReadPlansAsync(DateTime since)
    {
        // A statement's plan is written before its caller hears of its end, but by another process: what this one writes comes after.
        var mark = $"plans until {Guid.NewGuid():N}";
        await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand($"DO $$ BEGIN RAISE LOG '{mark}'; END $$", connection);
        await command.ExecuteNonQueryAsync();
        IReadOnlyList<string> lines = [];
        await Eventually.ThatAsync(() => (lines = ReadLog()).Any(line => line.Contains(mark, StringComparison.Ordinal)), StartTimeout, "the log has the last plan");
        return [.. lines.Select(StatementPlan.TryParse).OfType<StatementPlan>().Where(plan => plan.At >= since)];
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DiscardAsync();
            await StopAsync();
        }

        _directory.Dispose();
    }

    private string DataDirectory => _directory.Combine("data");

    private string LogDirectory => Path.Combine(DataDirectory, "log");

    private string[] ReadLog()
    {
        var lines = new List<string>();
        foreach (var path in Directory.EnumerateFiles(LogDirectory, "*.json").Order(StringComparer.Ordinal))
        {
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            lines.AddRange(file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        }

        return [.. lines];
    }

    private async Task CreateDataDirectoryAsync()
    {
        var initdb = Programs.FindPostgres("initdb");
        if (SystemUser is not null)
            await ServerProcess.RunAsync(new ServerProcessOptions("chown", $"{SystemUser}:", _directory.FullName), StartTimeout);
        await ServerProcess.RunAsync(
            new ServerProcessOptions(initdb, "-D", DataDirectory, "-U", Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
            {
                User = SystemUser,
                WorkingDirectory = _directory.FullName,
            },
            StartTimeout);
    }

    private IEnumerable<string> Settings()
    {
        var settings = new List<string>
        {
            "listen_addresses=127.0.0.1",
            $"port={Port}",
            "unix_socket_directories=",
            $"max_connections={_options.MaxConnections}",
            "shared_buffers=64MB",
        };
        if (!_options.Durable)
            settings.AddRange(["fsync=off", "synchronous_commit=off", "full_page_writes=off"]);
        if (_options.KeepPlans)
        {
            settings.AddRange(
            [
                "shared_preload_libraries=auto_explain",
                // As on any disk that does not turn.
                "random_page_cost=1.1",
                "auto_explain.log_min_duration=0",
                "auto_explain.log_analyze=on",
                "auto_explain.log_timing=off",
                "auto_explain.log_format=json",
                // What a foreign key makes the server do is a statement, too.
                "auto_explain.log_nested_statements=on",
                "logging_collector=on",
                "log_destination=jsonlog",
                $"log_directory={LogDirectory}",
                "log_timezone=UTC",
                "log_rotation_size=0",
            ]);
        }

        return settings.SelectMany(setting => (string[])["-c", setting]);
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await using var connection = new NpgsqlConnection(ConnectionString("postgres", pooling: false));
            await connection.OpenAsync();
            return true;
        }
        catch (NpgsqlException exception) when (exception.IsTransient)
        {
            return false;
        }
    }

    private string ConnectionString(string database, bool pooling) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Superuser,
        Database = database,
        Pooling = pooling,
        GssEncryptionMode = GssEncryptionMode.Disable,
        SslMode = SslMode.Disable,
    }.ConnectionString;
}
