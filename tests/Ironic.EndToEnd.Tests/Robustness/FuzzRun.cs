using System.Globalization;
using Ironic.Stack;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Sends many requests that a seed decides on, over several connections, and keeps what is wrong with the answers.</summary>
/// <param name="stack">The system.</param>
/// <param name="create">Makes the request of a seed; the same one for the same seed.</param>
/// <param name="findFault">What is wrong with an answer, null when nothing is; the answer is null when the connection was closed instead.</param>
internal sealed class FuzzRun(TestStack stack, Func<int, FuzzedRequest> create, Func<FuzzedRequest, RawAnswer?, string?> findFault)
{
    private const int Connections = 8;

    // Above what a garbage collector leaves lying about between two looks.
    private const long AllowedGrowth = 64 << 20;

    private readonly int[] _statuses = new int[600];
    private readonly List<string> _faults = [];

    /// <summary>Another run than the usual one: <c>FUZZ_SEED=$RANDOM</c>.</summary>
    public static int Seed => Number("FUZZ_SEED", 20260131);

    /// <summary>How many answers had a status.</summary>
    public int Count(int status) => _statuses[status];

    /// <summary>A number from the environment.</summary>
    public static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>Sends them all; no answer may be wrong, no process may grow after the first quarter or die, and none may write errors or a secret to its log.</summary>
    public async Task RunAsync(int requests, string secret, ITestOutputHelper output)
    {
        await SendAsync(0, requests / 4);
        var before = MemoryOf();
        await SendAsync(requests / 4, requests);
        var after = MemoryOf();

        output.WriteLine(string.Join(", ", _statuses.Select((count, status) => (status, count)).Where(entry => entry.count > 0).Select(entry => $"{entry.status}: {entry.count}")));
        foreach (var (process, bytes) in before)
            output.WriteLine($"{process.Name}: {bytes >> 20} MiB after a quarter, {after[process] >> 20} MiB at the end");
        Assert.True(_faults.Count == 0, $"{_faults.Count} answers are wrong:{Environment.NewLine}{string.Join(Environment.NewLine + Environment.NewLine, _faults.Take(10))}");
        Assert.All(before, entry => Assert.True(after[entry.Key] <= entry.Value + AllowedGrowth, $"{entry.Key.Name} grew from {entry.Value >> 20} to {after[entry.Key] >> 20} MiB"));
        await stack.ProvisionAsync(await stack.CreateNodeAsync(), "manage", "manageable");
        Assert.False(stack.Processes.Deaths.TryRead(out var dead), $"{dead?.Name} died");
        await stack.Processes.StopAsync();
        foreach (var process in stack.Processes.Processes)
        {
            var lines = File.ReadAllLines(process.LogPath);
            Assert.NotEmpty(lines);
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("Z ERR ", StringComparison.Ordinal) || line.Contains("Z CRT ", StringComparison.Ordinal));
        }
    }

    private Dictionary<StackProcess, long> MemoryOf() => stack.Processes.Processes.ToDictionary(process => process, process =>
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
    });

    private async Task SendAsync(int first, int end)
    {
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendManyAsync()));

        async Task SendManyAsync()
        {
            RawConnection? connection = null;
            for (var index = Interlocked.Increment(ref next); index < end; index = Interlocked.Increment(ref next))
            {
                var request = create(unchecked((Seed * 1_000_003) + index));
                var (answer, fault) = await ExchangeAsync();
                fault ??= findFault(request, answer);
                lock (_faults)
                {
                    _statuses[answer?.Status ?? 0]++;
                    if (fault is not null)
                        _faults.Add($"Request {index} of seed {Seed}: {fault}{Environment.NewLine}{request}{Environment.NewLine}--> {answer?.Status} {answer?.Text}");
                }

                // What an answer left behind cannot be told from the next one's.
                if (answer is null || !request.IsHttp || answer.IsStream || answer.Header("Connection") is not null)
                {
                    connection?.Dispose();
                    connection = null;
                }

                async Task<(RawAnswer? Answer, string? Fault)> ExchangeAsync()
                {
                    try
                    {
                        if (connection is null || !request.IsHttp)
                        {
                            connection?.Dispose();
                            connection = await RawConnection.OpenAsync(stack.Processes.RestUrl);
                        }

                        return (await connection.ExchangeAsync(request), null);
                    }
                    catch (Exception exception) when (exception is TimeoutException or InvalidDataException or FormatException or Xunit.Sdk.XunitException)
                    {
                        return (null, exception.Message);
                    }
                }
            }

            connection?.Dispose();
        }
    }
}
