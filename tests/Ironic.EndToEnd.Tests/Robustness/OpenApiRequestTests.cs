using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Ironic.Testing;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Requests as the served OpenAPI documents describe them, and such that break the description: what is promised is what comes, or a refusal in Ironic's shape.</summary>
public sealed class OpenApiRequestTests(ITestOutputHelper output)
{
    private static readonly string[] Versions = ["1.1", "1.30", "1.55", "1.82", "1.96", "1.115"];

    private readonly string _secret = $"secret-{Guid.NewGuid():N}";

    // Another run: FUZZ_SEED=$RANDOM FUZZ_OPENAPI_REQUESTS=500000 dotnet test …
    private static int Requests => FuzzRun.Number("FUZZ_OPENAPI_REQUESTS", 50_000) / 2;

    /// <summary>Where the system keeps its data.</summary>
    public enum Storage
    {
        Sqlite,
        Postgres,
    }

    [Theory]
    [InlineData(Storage.Sqlite)]
    [InlineData(Storage.Postgres)]
    public async Task Thousands_of_requests_made_from_the_documents_get_what_these_promise(Storage storage)
    {
        await using var postgres = storage == Storage.Postgres ? await PostgresServer.StartAsync() : null;
        var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        await using var stack = await TestStack.StartAsync(
            options => options with { Postgres = database, Profile = options.Profile.With("driver-fake", "Fake:TestMethods", "false") });
        var known = await CreateResourcesAsync(stack);
        var documents = new List<OpenApiDescription>();
        foreach (var version in Versions)
            documents.Add(new OpenApiDescription(version, JsonNode.Parse((await stack.Rest.GetAsync($"/openapi.json?version={version}", version: null)).AssertStatus(200).Body)!));

        var sent = new ConditionalWeakTable<FuzzedRequest, DescribedRequest>();
        var run = new FuzzRun(stack, Create, FindFault);
        await run.RunAsync(Requests, _secret, output);
        // Else nothing was reached but the checks of form.
        var accepted = run.Count(200) + run.Count(201) + run.Count(202) + run.Count(204);
        Assert.True(accepted >= Requests * 0.4, $"{accepted} of {Requests} requests were accepted");
        Assert.True(run.Count(201) > Requests / 50 && run.Count(202) > Requests / 100 && run.Count(204) > Requests / 50 && run.Count(400) > Requests / 10 && run.Count(404) > Requests / 100);

        FuzzedRequest Create(int seed)
        {
            var described = OpenApiFuzzer.Create(seed, documents, known, _secret);
            sent.Add(described.Request, described);
            return described.Request;
        }

        string? FindFault(FuzzedRequest request, RawAnswer? answer)
        {
            if (AnswerRules.FindFault(request, answer, _secret) is { } fault)
                return fault;
            if (!sent.TryGetValue(request, out var described))
                return null;
            known.Learn(described, answer!);
            return described.Operation.FindBrokenPromise(answer!, described.IsPartial);
        }
    }

    private async Task<KnownNames> CreateResourcesAsync(TestStack stack)
    {
        var known = new KnownNames();
        known.Add("driver", "fake-hardware", "example");
        known.Add("method", "second_method", "third_method_sync", "authentication_types", "send_raw");
        known.Add("indicator", "led@system", "led-0@chassis");
        known.Add("hostname", "conductor-1");
        for (var i = 0; i < 10; i++)
        {
            var node = await stack.CreateNodeAsync(
                i % 2 == 0 ? "fake-hardware" : "example",
                new { ipmi_password = _secret },
                new Dictionary<string, object?> { ["name"] = $"fuzz-{i}", ["instance_info"] = new { configdrive = _secret } });
            known.Add("node", node);
            known.Add("node_name", $"fuzz-{i}");
            await CreateAsync("ports", "port", new { node_uuid = node, address = $"52:54:00:00:01:{i:x2}" });
            await CreateAsync("portgroups", "portgroup", new { node_uuid = node, name = $"group-{i}" });
            await CreateAsync("chassis", "chassis", new { description = "fuzz" });
            known.Add("event", (await stack.Rest.GetAsync($"/v1/nodes/{node}/history")).AssertStatus(200).Json.GetProperty("history").EnumerateArray().Select(entry => entry.GetProperty("uuid").GetString()!));
        }

        return known;

        async Task CreateAsync(string collection, string kind, object body) =>
            known.Add(kind, (await stack.Rest.PostAsync($"/v1/{collection}", body)).AssertStatus(201).Json.GetProperty("uuid").GetString()!);
    }
}
