using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Whatever is sent to the REST API, it answers, refuses in Ironic's shape, keeps no memory of it and tells nobody's secrets.</summary>
public sealed class MalformedRequestTests(ITestOutputHelper output)
{
    private readonly string _secret = $"secret-{Guid.NewGuid():N}";

    // Another run of many more requests: FUZZ_SEED=$RANDOM FUZZ_REQUESTS=100000 dotnet test …
    private static int Requests => FuzzRun.Number("FUZZ_REQUESTS", 10_000);

    [Fact]
    public async Task Ten_thousand_malformed_requests_are_refused_and_nothing_breaks()
    {
        // The test methods would do as they are told: sleep, fail, send megabytes.
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("driver-fake", "Fake:TestMethods", "false") });
        var names = await CreateNodesAsync(stack);
        var run = new FuzzRun(stack, seed => RequestFuzzer.Create(seed, names, _secret), (request, answer) => AnswerRules.FindFault(request, answer, _secret));
        await run.RunAsync(Requests, _secret, output);
        // Else nothing was reached but the router.
        Assert.True(run.Count(200) > Requests / 100 && run.Count(400) > Requests / 10 && run.Count(404) > Requests / 100 && run.Count(406) > Requests / 100);
    }

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
}
