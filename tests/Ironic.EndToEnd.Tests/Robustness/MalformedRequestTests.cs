using System.Globalization;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Stack;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Whatever is sent to the REST API, it answers, refuses in Ironic's shape, keeps no memory of it and tells nobody's secrets.</summary>
public sealed class MalformedRequestTests(ITestOutputHelper output)
{
    private const int Connections = 8;

    // Above what a garbage collector leaves lying about between two looks.
    private const long AllowedGrowth = 64 << 20;

    private readonly string _secret = $"secret-{Guid.NewGuid():N}";

    // Another run of many more requests: FUZZ_SEED=$RANDOM FUZZ_REQUESTS=100000 dotnet test …
    private static int Seed => Number("FUZZ_SEED", 20260131);

    private static int Requests => Number("FUZZ_REQUESTS", 10_000);

    [Fact]
    public async Task Ten_thousand_malformed_requests_are_refused_and_nothing_breaks()
    {
        // The test methods would do as they are told: sleep, fail, send megabytes.
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("driver-fake", "Fake:TestMethods", "false") });
        var names = await CreateNodesAsync(stack);
        var statuses = new int[600];
        var faults = new List<string>();

        await SendAsync(stack, names, 0, Requests / 4, statuses, faults);
        var before = MemoryOf(stack);
        await SendAsync(stack, names, Requests / 4, Requests, statuses, faults);
        var after = MemoryOf(stack);

        output.WriteLine(string.Join(", ", statuses.Select((count, status) => (status, count)).Where(entry => entry.count > 0).Select(entry => $"{entry.status}: {entry.count}")));
        foreach (var (process, bytes) in before)
            output.WriteLine($"{process.Name}: {bytes >> 20} MiB after a quarter, {after[process] >> 20} MiB at the end");
        Assert.True(faults.Count == 0, $"{faults.Count} answers are wrong:{Environment.NewLine}{string.Join(Environment.NewLine + Environment.NewLine, faults.Take(10))}");
        // Else nothing was reached but the router.
        Assert.True(statuses[200] > Requests / 100 && statuses[400] > Requests / 10 && statuses[404] > Requests / 100 && statuses[406] > Requests / 100);
        Assert.All(before, entry => Assert.True(after[entry.Key] <= entry.Value + AllowedGrowth, $"{entry.Key.Name} grew from {entry.Value >> 20} to {after[entry.Key] >> 20} MiB"));
        await stack.ProvisionAsync(await stack.CreateNodeAsync(), "manage", "manageable");
        Assert.False(stack.Processes.Deaths.TryRead(out var dead), $"{dead?.Name} died");
        await stack.Processes.StopAsync();
        AssertLogs(stack);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private static Dictionary<StackProcess, long> MemoryOf(TestStack stack) => stack.Processes.Processes.ToDictionary(process => process, process =>
    {
        var line = File.ReadLines($"/proc/{process.Id}/status").Single(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan("VmRSS:".Length).Trim().TrimEnd("kB").Trim(), CultureInfo.InvariantCulture) << 10;
    });

    private async Task<IReadOnlyList<string>> CreateNodesAsync(TestStack stack)
    {
        var names = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            var name = $"fuzz-{i}";
            names.Add(name);
            names.Add(await stack.CreateNodeAsync(
                i % 2 == 0 ? "fake-hardware" : "example",
                new { ipmi_password = _secret },
                new Dictionary<string, object?> { ["name"] = name, ["instance_info"] = new { configdrive = _secret } }));
        }

        return [.. names, "detail", "validate", "methods", "second_method", "send_raw", "authentication_types"];
    }

    private async Task SendAsync(TestStack stack, IReadOnlyList<string> names, int first, int end, int[] statuses, List<string> faults)
    {
        var next = first - 1;
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => SendManyAsync()));

        async Task SendManyAsync()
        {
            RawConnection? connection = null;
            for (var index = Interlocked.Increment(ref next); index < end; index = Interlocked.Increment(ref next))
            {
                var request = RequestFuzzer.Create(unchecked((Seed * 1_000_003) + index), names, _secret);
                var (answer, fault) = await ExchangeAsync();
                fault ??= AnswerRules.FindFault(request, answer, _secret);
                lock (faults)
                {
                    statuses[answer?.Status ?? 0]++;
                    if (fault is not null)
                        faults.Add($"Request {index} of seed {Seed}: {fault}{Environment.NewLine}{request}{Environment.NewLine}--> {answer?.Status} {answer?.Text}");
                }

                // What an answer left behind cannot be told from the next one's.
                if (answer is null || !request.IsHttp || answer.Header("Connection") is not null)
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

    private void AssertLogs(TestStack stack)
    {
        foreach (var process in stack.Processes.Processes)
        {
            var lines = File.ReadAllLines(process.LogPath);
            Assert.NotEmpty(lines);
            Assert.DoesNotContain(lines, line => line.Contains(_secret, StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => line.Contains("Z ERR ", StringComparison.Ordinal) || line.Contains("Z CRT ", StringComparison.Ordinal));
        }
    }
}
