using System.Net;
using System.Text.Json.Nodes;
using Ironic.Protos;
using Ironic.Rest.OpenApi;
using Ironic.Rest.Tests.Support;
using Ironic.Rest.Versions;

namespace Ironic.Rest.Tests.OpenApi;

/// <summary>The documents of all microversions, as they are written from the real contract.</summary>
public sealed class OpenApiDocumentTests
{
    private static readonly ApiContract Contract = ApiContract.Load(typeof(StatusDetails).Assembly);
    private static readonly OpenApiDocuments Documents = new(Contract, typeof(StatusDetails).Assembly, new RestOptions());

    [Fact]
    public void Every_microversion_has_a_document_whose_references_resolve()
    {
        for (var minor = Microversion.Minimum; minor <= Microversion.Newest; minor++)
        {
            var document = Read(minor);
            Assert.Equal("3.1.0", (string?)document["openapi"]);
            Assert.Equal($"1.{minor}", (string?)document["info"]!["version"]);
            foreach (var reference in References(document))
                Assert.True(Resolve(document, reference) is not null, $"1.{minor}: {reference} leads nowhere");
        }

        Assert.False(Documents.Has(0));
        Assert.False(Documents.Has(Microversion.Newest + 1));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(82)]
    [InlineData(115)]
    public void Operations_have_unique_ids_and_name_each_parameter_of_their_paths(int minor)
    {
        var ids = new HashSet<string>();
        foreach (var (path, operation) in Operations(Read(minor)))
        {
            Assert.True(ids.Add((string)operation["operationId"]!), $"{path}: {operation["operationId"]} is there twice");
            var inPath = path.Split('/').Where(s => s.StartsWith('{')).Select(s => s.Trim('{', '}'));
            var declared = operation["parameters"]!.AsArray().Where(p => (string?)p!["in"] == "path").Select(p => (string)p!["name"]!);
            Assert.Equal(inPath.Order(), declared.Order());
            Assert.NotNull(operation["responses"]!["4XX"]);
        }
    }

    [Fact]
    public void A_route_is_there_from_its_first_microversion_on_and_not_before()
    {
        foreach (var route in Contract.Routes.Where(r => r.Method.Rule.Since > 1))
        {
            var since = (int)route.Method.Rule.Since;
            Assert.NotNull(Operation(Read(since), route.Template.Text, route.Verb));
            Assert.Null(Operation(Read(since - 1), route.Template.Text, route.Verb));
        }
    }

    [Fact]
    public void A_field_is_there_from_its_first_microversion_on_and_not_before()
    {
        Assert.Null(Properties(Read(108), "Node")["health"]);
        Assert.NotNull(Properties(Read(109), "Node")["health"]);
        Assert.Null(Properties(Read(4), "NodeCreate")["name"]);
        Assert.NotNull(Properties(Read(5), "NodeCreate")["name"]);
    }

    [Fact]
    public void What_only_the_service_sets_cannot_be_sent()
    {
        var create = Properties(Read(115), "NodeCreate");
        Assert.Null(create["provision_state"]);
        Assert.Null(create["created_at"]);
        Assert.Contains("driver", Read(115)["components"]!["schemas"]!["NodeCreate"]!["required"]!.AsArray().Select(r => (string)r!));
        Assert.False((bool)Read(115)["components"]!["schemas"]!["NodeCreate"]!["additionalProperties"]!);
    }

    [Fact]
    public void An_enum_has_the_words_that_a_microversion_shows()
    {
        var states = Properties(Read(1), "Node")["provision_state"]!["enum"]!.AsArray();
        Assert.Contains(states, s => s is null);
        Assert.DoesNotContain(states, s => (string?)s == "available");
        Assert.Contains(Properties(Read(2), "Node")["provision_state"]!["enum"]!.AsArray(), s => (string?)s == "available");
    }

    [Fact]
    public void Comments_of_the_contract_become_descriptions()
    {
        var document = Read(115);
        Assert.Equal("Hostname of the conductor that serves the node.", (string?)Properties(document, "Node")["conductor"]!["description"]);
        Assert.False(string.IsNullOrEmpty((string?)Operation(document, "/v1/nodes/{node}/states/power", "PUT")!["description"]));
    }

    [Fact]
    public void A_stream_is_of_server_sent_events()
    {
        var document = Read(115);
        var operation = Operation(document, "/watch", "GET")!;
        var content = Assert.Single(operation["responses"]!["200"]!["content"]!.AsObject());
        Assert.Equal("text/event-stream", content.Key);
        Assert.Equal("#/components/schemas/NodeEvent", (string?)content.Value!["x-item-schema"]!["$ref"]);
        var parameters = operation["parameters"]!.AsArray();
        Assert.Contains(parameters, p => (string?)p!["name"] == "Last-Event-ID" && (string?)p["in"] == "header");
        var start = Assert.Single(parameters, p => (string?)p!["name"] == "start");
        Assert.Equal(["now", "beginning"], start!["schema"]!["enum"]!.AsArray().Select(v => (string?)v));
    }

    [Fact]
    public void Every_error_reason_has_its_status()
    {
        var reasons = Read(115)["components"]!["schemas"]!["ErrorReason"]!;
        Assert.Equal(409, (int)reasons["x-http-status"]!["NODE_LOCKED"]!);
        Assert.Equal(reasons["enum"]!.AsArray().Count, reasons["x-http-status"]!.AsObject().Count);
    }

    [Fact]
    public async Task The_api_serves_them()
    {
        await using var api = await ApiServer.StartAsync([]);
        using var document = await api.Client.GetAsync("/openapi.json?version=1.82");
        Assert.Equal(HttpStatusCode.OK, document.StatusCode);
        Assert.Equal("application/json", document.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1.82", (string?)JsonNode.Parse(await document.Content.ReadAsStringAsync())!["info"]!["version"]);
        Assert.Equal("1.115", (string?)JsonNode.Parse(await api.Client.GetStringAsync("/openapi.json"))!["info"]!["version"]);
        Assert.Contains("openapi.json?version=", await api.Client.GetStringAsync("/docs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1.116")]
    [InlineData("2.1")]
    [InlineData("1.")]
    [InlineData("1.-5")]
    [InlineData("x&version=1.5")]
    public async Task Another_version_is_refused(string version)
    {
        await using var api = await ApiServer.StartAsync([]);
        using var answer = await api.Client.GetAsync("/openapi.json?version=" + version);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var inner = JsonNode.Parse((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["error_message"]!)!;
        Assert.Equal("Client", (string?)inner["faultcode"]);
    }

    [Fact]
    public async Task They_can_be_switched_off()
    {
        await using var api = await ApiServer.StartAsync([], "Api:Documentation=false");
        using var answer = await api.Client.GetAsync("/openapi.json");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static JsonObject Read(int minor) => JsonNode.Parse(Documents.Get(minor).Span)!.AsObject();

    private static JsonObject Properties(JsonObject document, string schema) => document["components"]!["schemas"]![schema]!["properties"]!.AsObject();

    private static IEnumerable<(string Path, JsonObject Operation)> Operations(JsonObject document) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(verb => (path.Key, verb.Value!.AsObject())));

    private static JsonNode? Operation(JsonObject document, string path, string verb) => document["paths"]![path]?[verb.ToLowerInvariant()];

    private static IEnumerable<string> References(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(m => m is { Key: "$ref", Value: JsonValue target } ? [(string)target!] : References(m.Value)),
        JsonArray items => items.SelectMany(References),
        _ => [],
    };

    private static JsonNode? Resolve(JsonNode document, string reference) =>
        reference.TrimStart('#', '/').Split('/').Aggregate((JsonNode?)document, (node, name) => node?[name]);
}
