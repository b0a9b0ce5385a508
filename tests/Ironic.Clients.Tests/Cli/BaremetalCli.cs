using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Cli;

/// <summary>
/// The <c>baremetal</c> command of Debian's python3-ironicclient, unmodified. One Python process imports it once and forks for every command,
/// since the import takes longer than most commands.
/// </summary>
internal sealed class BaremetalCli : IAsyncDisposable
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly string[] _options;
    private readonly TestDirectory _home;
    private readonly SemaphoreSlim _turn = new(1, 1);

    private BaremetalCli(Process process, string[] options, TestDirectory home) => (_process, _options, _home) = (process, options, home);

    /// <summary>The environment of a user who has configured nothing: no clouds.yaml, no cached version, no variables.</summary>
    public static IReadOnlyDictionary<string, string?> EnvironmentOf(TestDirectory home)
    {
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HOME"] = home.FullName, ["NO_PROXY"] = "127.0.0.1", ["PYTHONWARNINGS"] = "ignore", ["COLUMNS"] = "200" };
        foreach (string name in Environment.GetEnvironmentVariables().Keys)
        {
            if (name.StartsWith("OS_", StringComparison.Ordinal) || name.StartsWith("XDG_", StringComparison.Ordinal))
                environment[name] = null;
        }

        return environment;
    }

    /// <summary>The options with which the command talks to a server without authentication.</summary>
    public static string[] OptionsFor(Uri url) => ["--os-auth-type", "none", "--os-endpoint", url.GetLeftPart(UriPartial.Authority)];

    /// <exception cref="ProgramNotFoundException">Python is not installed.</exception>
    public static BaremetalCli Start(Uri url)
    {
        var home = new TestDirectory("baremetal-home");
        var start = new ProcessStartInfo(Programs.Find(Python), [Path.Combine(AppContext.BaseDirectory, "Cli", "baremetal_runner.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in EnvironmentOf(home))
            start.Environment[name] = value;
        return new BaremetalCli(Process.Start(start)!, OptionsFor(url), home);
    }

    /// <summary>Runs a command.</summary>
    /// <param name="arguments">What follows <c>baremetal</c> and its options, each one argument.</param>
    public async Task<CliResult> RunAsync(params string[] arguments)
    {
        await _turn.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize<string[]>([.. _options, .. arguments]));
            await _process.StandardInput.FlushAsync();
            var line = await _process.StandardOutput.ReadLineAsync().WaitAsync(Limit) ?? throw new InvalidOperationException("The runner of the baremetal command has ended, see standard error. Run tools/test once: it installs python3-ironicclient.");
            return JsonSerializer.Deserialize<CliResult>(line)! with { Command = string.Join(' ', arguments) };
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Runs a command that must succeed, and reads what it prints with <c>-f json</c>.</summary>
    public async Task<JsonElement> JsonAsync(params string[] arguments) => (await RunAsync([.. arguments, "-f", "json"])).AssertSuccess().Json;

    public async ValueTask DisposeAsync()
    {
        // The end of its input ends it.
        _process.StandardInput.Close();
        try
        {
            await _process.WaitForExitAsync().WaitAsync(Limit);
        }
        catch (TimeoutException)
        {
            _process.Kill();
            throw;
        }

        _process.Dispose();
        _turn.Dispose();
        _home.Dispose();
    }
}

/// <summary>How a command ended.</summary>
/// <param name="Code">Its exit status.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record CliResult(
    [property: JsonPropertyName("code")] int Code, [property: JsonPropertyName("out")] string Output, [property: JsonPropertyName("err")] string Error)
{
    /// <summary>The command, for messages.</summary>
    public string Command { get; init; } = "";

    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Output);

    public CliResult AssertSuccess()
    {
        Assert.True(Code == 0, $"baremetal {Command}: exit status {Code}: {Error}{Output}");
        return this;
    }

    /// <summary>The command failed and told the user this.</summary>
    public CliResult AssertFailure(params string[] texts)
    {
        Assert.True(Code != 0, $"baremetal {Command}: succeeded: {Output}");
        foreach (var text in texts)
            Assert.Contains(text, Error, StringComparison.OrdinalIgnoreCase);
        return this;
    }
}
