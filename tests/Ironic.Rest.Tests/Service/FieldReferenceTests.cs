using System.Text.Json;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Rest.Tests.Support;
using Ironic.Rest.V1;

namespace Ironic.Rest.Tests.Service;

/// <summary>Every field of the reference, as callers of each microversion see it, over REST.</summary>
public sealed class FieldReferenceTests : IClassFixture<ApiFixture>
{
    private const int Newest = 115;

    private readonly FakeConductor _conductor;
    private readonly ApiServer _api;

    public FieldReferenceTests(ApiFixture fixture)
    {
        (_conductor, _api) = (fixture.Conductor, fixture.Api);
        var driver = new Api.V1.Driver { Name = "fake-hardware" };
        var conductor = new Api.V1.Conductor { Hostname = "c1" };
        _conductor.Answer<GetNodeRequest>(_ => new GetNodeResponse { Node = Samples.Node() });
        _conductor.Answer<ListNodesRequest>(_ => new ListNodesResponse { Nodes = { Samples.Node() } });
        _conductor.Answer<CreateNodeRequest>(_ => new CreateNodeResponse { Node = Samples.Node() });
        _conductor.Answer<GetDriverRequest>(_ => new GetDriverResponse { Driver = driver });
        _conductor.Answer<ListDriversRequest>(_ => new ListDriversResponse { Drivers = { driver } });
        _conductor.Answer<GetConductorRequest>(_ => new GetConductorResponse { Conductor = conductor });
        _conductor.Answer<ListConductorsRequest>(_ => new ListConductorsResponse { Conductors = { conductor } });
    }

    public static TheoryData<string, string, int, bool> Fields()
    {
        var data = new TheoryData<string, string, int, bool>();
        foreach (var row in Reference.Read("fields.csv"))
            data.Add(row["resource"], row["field"], Reference.Minor(row["min_version"]), row["in_summary_list"] == "yes");
        return data;
    }

    public static TheoryData<string, int, bool, bool> NodeFields()
    {
        var data = new TheoryData<string, int, bool, bool>();
        foreach (var row in Reference.Read("fields.csv").Where(row => row["resource"] == "node"))
            data.Add(row["field"], Reference.Minor(row["min_version"]), row["creatable"] == "yes", row["read_only"] == "yes");
        return data;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Field_appears_with_its_microversion(string resource, string field, int since, bool inSummary)
    {
        Assert.True(await ShowsAsync($"/v1/{resource}s/x", field, since), $"missing at 1.{since}");
        Assert.True(await ShowsAsync($"/v1/{resource}s/x", field, Newest), "missing at the newest");
        Assert.Equal(inSummary, await ShowsInListAsync(resource, field, Newest));
        // Conductors as a whole are not there before.
        if (since > 1 && resource != "conductor")
        {
            Assert.False(await ShowsAsync($"/v1/{resource}s/x", field, since - 1), $"shown at 1.{since - 1}");
            Assert.False(await ShowsInListAsync(resource, field, since - 1), $"listed at 1.{since - 1}");
        }
    }

    [Theory]
    [MemberData(nameof(NodeFields))]
    public async Task Field_can_be_given_at_create_from_its_microversion(string field, int since, bool creatable, bool readOnly)
    {
        var body = JsonSerializer.Serialize(new Dictionary<string, object> { ["driver"] = "fake-hardware", [field] = ValueOf(field) });

        var now = await _api.SendAsync("POST", "/v1/nodes", $"1.{Newest}", body);
        if (!creatable)
        {
            Assert.Contains("Additional properties", now.AssertMethodError(400), StringComparison.Ordinal);
            return;
        }

        Assert.False(readOnly);
        Assert.Equal(201, now.Status);
        if (since > 1)
            (await _api.SendAsync("POST", "/v1/nodes", $"1.{since - 1}", body)).AssertMethodError(406);
        Assert.Equal(201, (await _api.SendAsync("POST", "/v1/nodes", $"1.{since}", body)).Status);
    }

    [Fact]
    public void Reference_and_contract_have_the_same_fields()
    {
        foreach (var (resource, descriptor) in new (string, MessageDescriptor)[]
        {
            ("node", Node.Descriptor), ("driver", Api.V1.Driver.Descriptor), ("conductor", Api.V1.Conductor.Descriptor),
        })
        {
            var links = descriptor.GetOptions().GetExtension(RestExtensions.Resource).Links.Select(link => link.Name).Append("links");
            Assert.Equal(
                Reference.Read("fields.csv").Where(row => row["resource"] == resource).Select(row => row["field"]).Order(StringComparer.Ordinal),
                descriptor.Fields.InFieldNumberOrder().Select(field => field.Name).Concat(links).Order(StringComparer.Ordinal));
        }
    }

    private static object ValueOf(string field)
    {
        var descriptor = Node.Descriptor.FindFieldByName(field);
        if (descriptor is null)
            return Array.Empty<string>();
        return descriptor.FieldType switch
        {
            FieldType.Bool => true,
            FieldType.Message => new Dictionary<string, object> { ["key"] = 1 },
            _ when field.EndsWith("uuid", StringComparison.Ordinal) => Samples.Uuid,
            _ => "value",
        };
    }

    private async Task<bool> ShowsAsync(string path, string field, int version)
    {
        // A name is no ident of a node in old microversions.
        var answer = await _api.GetAsync(path.Replace("nodes/x", "nodes/" + Samples.Uuid, StringComparison.Ordinal), $"1.{version}");
        Assert.Equal(200, answer.Status);
        return answer.Json.TryGetProperty(field, out _);
    }

    private async Task<bool> ShowsInListAsync(string resource, string field, int version)
    {
        var answer = await _api.GetAsync($"/v1/{resource}s", $"1.{version}");
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty(resource + "s")[0].TryGetProperty(field, out _);
    }
}
