using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Requests as the served OpenAPI documents describe them, and such that break the description: what is promised is what comes, or a refusal in Ironic's shape.</summary>
public sealed class OpenApiRequestTests(ITestOutputHelper output)
{
    private static readonly string[] Versions = ["1.1", "1.30", "1.55", "1.82", "1.96", "1.115"];

    private readonly string _secret = $"secret-{Guid.NewGuid():N}";

    // Another run: FUZZ_SEED=$RANDOM FUZZ_OPENAPI_REQUESTS=500000 dotnet test …
    private static int Requests => FuzzRun.Number("FUZZ_OPENAPI_REQUESTS", 50_000);

    [Fact]
    public async Task Fifty_thousand_requests_made_from_the_documents_get_what_these_promise()
    {
        await using var stack = await TestStack.StartAsync(options => options with { Profile = options.Profile.With("driver-fake", "Fake:TestMethods", "false") });
        var known = await CreateResourcesAsync(stack);
        var documents = new List<OpenApiDescription>();
        foreach (var version in Versions)
            documents.Add(new OpenApiDescription(version, JsonNode.Parse((await stack.Rest.GetAsync($"/openapi.json?version={version}", version: null)).AssertStatus(200).Body)!));

        var sent = new System.Runtime.CompilerServices.ConditionalWeakTable<FuzzedRequest, DescribedRequest>();
        var run = new FuzzRun(stack, Create, FindFault);
        await run.RunAsync(Requests, _secret, output);
        // Else nothing was reached but the checks of form.
        Assert.True(run.Count(200) > Requests / 10 && run.Count(201) > Requests / 400 && run.Count(204) > Requests / 400 && run.Count(400) > Requests / 20 && run.Count(404) > Requests / 100);

        FuzzedRequest Create(int seed)
        {
            var described = OpenApiFuzzer.Create(seed, documents, known, _secret);
            sent.Add(described.Request, described);
            return described.Request;
        }

        string? FindFault(FuzzedRequest request, RawAnswer? answer) =>
            AnswerRules.FindFault(request, answer, _secret) ?? (sent.TryGetValue(request, out var described) ? described.Operation.FindBrokenPromise(answer!, described.IsPartial) : null);
    }

    private async Task<ILookup<string, string>> CreateResourcesAsync(TestStack stack)
    {
        var known = new List<(string Kind, string Name)>();
        foreach (var name in (string[])["fake-hardware", "example"])
            known.Add(("driver", name));
        foreach (var name in (string[])["second_method", "third_method_sync", "authentication_types", "send_raw"])
            known.Add(("method", name));
        // What requests delete, other requests make anew.
        string[] kinds = ["node", "port", "portgroup", "chassis", "deploy_template", "allocation"];
        known.AddRange(from kind in kinds from number in Enumerable.Range(0, OpenApiFuzzer.Uuids) select (kind, OpenApiFuzzer.Uuid(number)));
        for (var i = 0; i < 10; i++)
        {
            var node = OpenApiFuzzer.Uuid(i);
            await stack.CreateNodeAsync(
                i % 2 == 0 ? "fake-hardware" : "example",
                new { ipmi_password = _secret },
                new Dictionary<string, object?> { ["uuid"] = node, ["name"] = $"fuzz-{i}", ["instance_info"] = new { configdrive = _secret } });
            known.Add(("node", $"fuzz-{i}"));
            (await stack.Rest.PostAsync("/v1/ports", new { uuid = node, node_uuid = node, address = $"52:54:00:00:01:{i:x2}" })).AssertStatus(201);
            (await stack.Rest.PostAsync("/v1/portgroups", new { uuid = node, node_uuid = node, name = $"group-{i}" })).AssertStatus(201);
            (await stack.Rest.PostAsync("/v1/chassis", new { uuid = node, description = "fuzz" })).AssertStatus(201);
        }

        return known.ToLookup(entry => entry.Kind, entry => entry.Name);
    }
}
