using Ironic.Clients.Tests.Cli;
using Ironic.Testing;

namespace Ironic.Clients.Tests.OpenStackSdk;

/// <summary>Runs the scripts, some at a time: most of what one takes is the library's own waiting, between two looks and before it repeats a refused request.</summary>
public sealed class OpenStackSdkRuns : IAsyncLifetime
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private const int AtATime = 4;

    private static readonly string Scripts = Path.Combine(AppContext.BaseDirectory, "OpenStackSdk");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    private readonly SharedStack _shared = new();
    private readonly SemaphoreSlim _turns = new(AtATime, AtATime);
    private Dictionary<string, Task<string>> _runs = [];

    /// <summary>The scripts that are there, by the middle of their names: <c>test_nodes.py</c> is nodes.</summary>
    public static IReadOnlyList<string> Areas { get; } =
        [.. Directory.EnumerateFiles(Scripts, "test_*.py").Select(path => Path.GetFileNameWithoutExtension(path)["test_".Length..]).Order(StringComparer.Ordinal)];

    public async Task InitializeAsync()
    {
        await _shared.InitializeAsync();
        _runs = Areas.ToDictionary(area => area, RunAsync, StringComparer.Ordinal);
    }

    public async Task DisposeAsync()
    {
        // Who failed has told it to their own test.
        await Task.WhenAll(_runs.Values).ContinueWith(_ => { }, TaskScheduler.Default);
        _turns.Dispose();
        await _shared.DisposeAsync();
    }

    /// <summary>What the script wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; its output is in the message.</exception>
    public Task<string> ReadOutputAsync(string area) => _runs[area];

    private async Task<string> RunAsync(string area)
    {
        await _turns.WaitAsync();
        try
        {
            using var home = new TestDirectory("openstacksdk-home");
            var options = new ServerProcessOptions(Python, [Path.Combine(Scripts, $"test_{area}.py"), "--verbose"])
            {
                Environment = new Dictionary<string, string?>(BaremetalCli.EnvironmentOf(home), StringComparer.Ordinal)
                {
                    ["IRONIC_URL"] = _shared.Stack.Processes.RestUrl.GetLeftPart(UriPartial.Authority),
                    ["PYTHONDONTWRITEBYTECODE"] = "1",
                },
            };
            return await ServerProcess.RunAsync(options, Limit);
        }
        finally
        {
            _turns.Release();
        }
    }
}
