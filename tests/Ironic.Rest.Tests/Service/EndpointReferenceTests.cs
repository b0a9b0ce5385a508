using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;

namespace Ironic.Rest.Tests.Service;

/// <summary>Every endpoint of the reference: its success status, its microversion and its parameters.</summary>
public sealed partial class EndpointReferenceTests : IClassFixture<ApiFixture>
{
    private readonly ApiServer _api;

    public EndpointReferenceTests(ApiFixture fixture)
    {
        _api = fixture.Api;
        ResourceSample.Answer(fixture.Conductor);
    }

    public static TheoryData<string, string, int, string, string> Endpoints()
    {
        var data = new TheoryData<string, string, int, string, string>();
        foreach (var row in Reference.Read("endpoints.csv"))
            data.Add(row["method"], row["path"], Reference.Minor(row["min_version"]), row["status_below_min"], row["success_status"]);
        return data;
    }

    public static TheoryData<string, string, int, int> Parameters()
    {
        var data = new TheoryData<string, string, int, int>();
        foreach (var row in Reference.Read("endpoints.csv").Where(row => row["method"] == "GET"))
        {
            var endpointSince = Reference.Minor(row["min_version"]);
            foreach (Match match in Parameter().Matches(row["query_params"]))
            {
                if (match.Groups["name"].Value is "method" or "node" or "node_uuid")
                    continue;
                var since = match.Groups["since"].Success ? int.Parse(match.Groups["since"].Value, System.Globalization.CultureInfo.InvariantCulture) : 1;
                data.Add(row["path"], match.Groups["name"].Value, Math.Max(since, endpointSince), endpointSince);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Endpoints))]
    public async Task Endpoint_answers_from_its_microversion(string verb, string path, int since, string below, string success)
    {
        var answer = await SendAsync(verb, path, 115);
        Assert.True(success.Split('|').Contains(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture)), $"{answer.Status} {answer.Body}");

        Assert.Equal(answer.Status, (await SendAsync(verb, path, since)).Status);
        if (since > 1)
            Assert.Equal(StatusBelow(path, below), (await SendAsync(verb, path, since - 1)).Status);
    }

    [Theory]
    [MemberData(nameof(Parameters))]
    public async Task Parameter_is_taken_from_its_microversion(string path, string name, int since, int endpointSince)
    {
        var query = $"{Concrete(path)}?{name}={ValueOf(name)}";

        Assert.Equal(200, (await _api.GetAsync(query, $"1.{since}")).Status);
        Assert.Equal(200, (await _api.GetAsync(query, "1.115")).Status);
        if (since > endpointSince)
            Assert.Contains((await _api.GetAsync(query, $"1.{since - 1}")).Status, new[] { 400, 406 });
    }

    [Fact]
    public void No_route_is_without_a_row()
    {
        var rows = Reference.Read("endpoints.csv").Select(row => $"{row["method"]} {Anonymous(row["path"])}").ToHashSet(StringComparer.Ordinal);
        // Forms of an endpoint that the table mentions in its notes.
        string[] forms = [
            "/v1/drivers/properties",
            "/v1/nodes/{}/vendor_passthru",
            "/v1/drivers/{}/vendor_passthru",
        ];
        // What Ironic has not is not below its prefix.

        var routes = ApiContract.Load(typeof(Node).Assembly).Routes.Where(route => route.Template.HasVersion && route.Verb != "HEAD" && !forms.Contains(Anonymous(route.Template.Text)));

        Assert.Equal(rows.Order(StringComparer.Ordinal), routes.Select(route => $"{route.Verb} {Anonymous(route.Template.Text)}").Order(StringComparer.Ordinal));
    }

    // The table follows the newest release, which knows the path; the release that ends just below it does not, and took it for a field (later-paths).
    private static int StatusBelow(string path, string below) =>
        path == "/v1/nodes/{node_ident}/children" ? 400 : int.Parse(below.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    private static string Anonymous(string path) => PathParameter().Replace(path, "{}");

    private static string Concrete(string path) =>
        PathParameter().Replace(path, match => match.Value is "{method}" or "{hostname}" or "{driver_name}" ? "x" : Samples.Uuid);

    private static string ValueOf(string name) => name switch
    {
        "limit" => "5",
        "marker" or "chassis_uuid" or "instance_uuid" => Samples.Uuid,
        "sort_dir" => "desc",
        "sort_key" => "uuid",
        "fields" => "links",
        "address" => "52:54:00:00:00:01",
        "type" => "dynamic",
        "associated" or "maintenance" or "retired" or "sharded" or "include_children" or "detail" => "true",
        _ => "x",
    };

    private Task<Answer> SendAsync(string verb, string path, int version) => _api.SendAsync(verb, Concrete(path), $"1.{version}", (verb, path) switch
    {
        ("POST", _) when ResourceSample.All.FirstOrDefault(sample => sample.CollectionPath == path) is { Body: { } body } => JsonSerializer.Serialize(body),
        ("PATCH", _) when !path.Contains("vendor_passthru", StringComparison.Ordinal) => "[]",
        ("PUT", _) when path.EndsWith("/traits", StringComparison.Ordinal) => """{"traits": []}""",
        ("PUT", "/v1/nodes/{node_ident}/states/power") => """{"target": "power on"}""",
        ("PUT", "/v1/nodes/{node_ident}/states/provision") => """{"target": "manage"}""",
        ("PUT", "/v1/nodes/{node_ident}/states/boot_mode") => """{"target": "uefi"}""",
        ("PUT", "/v1/nodes/{node_ident}/states/secure_boot") => """{"target": true}""",
        ("PUT", "/v1/nodes/{node_ident}/states/console") => """{"enabled": true}""",
        ("PUT", "/v1/nodes/{node_ident}/management/indicators/{indicator}") => """{"state": "on"}""",
        ("POST", "/v1/nodes/{node_ident}/vifs") => $$"""{"id": "{{Samples.Uuid}}"}""",
        ("POST", "/v1/nodes/{node_ident}/vmedia") => """{"device_type": "cdrom", "image_url": "http://192.0.2.1/x"}""",
        ("POST", "/v1/heartbeat/{node_ident}") => """{"callback_url": "https://192.0.2.1:9999", "agent_token": "x"}""",
        ("POST", "/v1/continue_inspection") => """{"inventory": {"interfaces": [{"mac_address": "52:54:00:00:00:01"}]}}""",
        ("POST", "/v1/events") =>
            $$"""{"events": [{"event": "network.bind_port", "port_id": "{{Samples.Uuid}}", "mac_address": "52:54:00:00:00:01", "status": "ACTIVE"}]}""",
        ("PUT", "/v1/nodes/{node_ident}/management/boot_device") => """{"boot_device": "pxe"}""",
        _ => null,
    });

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex PathParameter();

    [GeneratedRegex(@"(?:^|,)\s*(?<name>[a-z_]+)(\((1\.(?<since>\d+)|ungated)[^)]*\))?")]
    private static partial Regex Parameter();
}
