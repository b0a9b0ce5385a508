using System.Text.Json;
using Google.Protobuf.Reflection;
using Ironic.Rest.Tests.Support;
using Ironic.Rest.V1;

namespace Ironic.Rest.Tests.Service;

/// <summary>Every field of the reference, as callers of each microversion see it, over REST.</summary>
public sealed class FieldReferenceTests : IClassFixture<ApiFixture>
{
    private const int Newest = 115;

    // Up to here a field that came later is unknown, and not only too new.
    private const int LastOfTheRelease = 82;

    // Fields that callers give and never see.
    private static readonly string[] WriteOnly = ["allocation.node", "deploy_template.description", "port.node_ident"];

    // Fields that are unknown below their microversion, and not only too new.
    private static readonly string[] UnknownBelow = ["allocation.node", "runbook.description"];

    // What older microversions see though they cannot set it.
    private static readonly Dictionary<(string Resource, string Field), int> ShownEarlier = new() { [("portgroup", "mode")] = 23, [("portgroup", "properties")] = 23 };

    private readonly ApiServer _api;

    public FieldReferenceTests(ApiFixture fixture)
    {
        _api = fixture.Api;
        ResourceSample.Answer(fixture.Conductor);
    }

    public static TheoryData<string, string> Fields()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in Reference.Read("fields.csv"))
            data.Add(row["resource"], row["field"]);
        return data;
    }

    public static TheoryData<string, string> FieldsOfNewResources()
    {
        var data = new TheoryData<string, string>();
        foreach (var row in Reference.Read("fields.csv").Where(row => ResourceSample.Find(row["resource"]).Body is not null))
            data.Add(row["resource"], row["field"]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public async Task Field_appears_with_its_microversion(string resource, string field)
    {
        var sample = ResourceSample.Find(resource);
        var row = Row(resource, field);
        var since = ShownEarlier.GetValueOrDefault((resource, field), Reference.Minor(row["min_version"]));
        if (WriteOnly.Contains($"{resource}.{field}"))
        {
            Assert.False(await ShowsAsync(sample, field, Newest), "shown");
            Assert.False(await ShowsInListAsync(sample, field, Newest), "listed");
            (await _api.GetAsync($"{sample.ItemPath}?fields={field}", $"1.{Newest}")).AssertMethodError(400);
            return;
        }

        Assert.True(await ShowsAsync(sample, field, since), $"missing at 1.{since}");
        Assert.True(await ShowsAsync(sample, field, Newest), "missing at the newest");
        Assert.Equal(row["in_summary_list"] == "yes", await ShowsInListAsync(sample, field, Newest));
        // Below its collection's microversion the resource as a whole is not there.
        if (since > FirstOf(resource))
        {
            Assert.False(await ShowsAsync(sample, field, since - 1), $"shown at 1.{since - 1}");
            Assert.False(await ShowsInListAsync(sample, field, since - 1), $"listed at 1.{since - 1}");
        }
    }

    [Theory]
    [MemberData(nameof(FieldsOfNewResources))]
    public async Task Field_can_be_given_at_create_from_its_microversion(string resource, string field)
    {
        var sample = ResourceSample.Find(resource);
        var row = Row(resource, field);
        var since = Reference.Minor(row["min_version"]);
        var body = JsonSerializer.Serialize(new Dictionary<string, object>(sample.Body!) { [field] = ValueOf(sample, field) });

        var now = await _api.SendAsync("POST", sample.CollectionPath, $"1.{Newest}", body);
        if (row["creatable"] != "yes")
        {
            Assert.Contains("Additional properties", now.AssertMethodError(400), StringComparison.Ordinal);
            return;
        }

        Assert.Equal("no", row["read_only"]);
        Assert.Equal(201, now.Status);
        if (since > FirstOf(resource))
            (await _api.SendAsync("POST", sample.CollectionPath, $"1.{since - 1}", body)).AssertMethodError(StatusBelow(resource, field, since));
        Assert.Equal(201, (await _api.SendAsync("POST", sample.CollectionPath, $"1.{since}", body)).Status);
    }

    [Fact]
    public void Reference_and_contract_have_the_same_fields()
    {
        foreach (var sample in ResourceSample.All)
        {
            Assert.Equal(
                Reference.Read("fields.csv").Where(row => row["resource"] == sample.Name).Select(row => row["field"]).Order(StringComparer.Ordinal),
                sample.Descriptor.Fields.InFieldNumberOrder().Where(IsPublic).Select(field => field.Name).Concat(sample.Links).Order(StringComparer.Ordinal));
        }
    }

    private static bool IsPublic(FieldDescriptor field) => field.GetOptions()?.GetExtension(RestExtensions.Field)?.Hidden != true;

    private static int StatusBelow(string resource, string field, int since) =>
        (since - 1 <= LastOfTheRelease && since > LastOfTheRelease) || UnknownBelow.Contains($"{resource}.{field}") ? 400 : 406;

    private static IReadOnlyDictionary<string, string> Row(string resource, string field) =>
        Reference.Read("fields.csv").Single(row => row["resource"] == resource && row["field"] == field);

    private static int FirstOf(string resource) =>
        Reference.Read("fields.csv").Where(row => row["resource"] == resource).Min(row => Reference.Minor(row["min_version"]));

    private static object ValueOf(ResourceSample sample, string field)
    {
        if (sample.Body!.TryGetValue(field, out var value))
            return value;
        var descriptor = sample.Descriptor.FindFieldByName(field);
        if (descriptor is null or { IsRepeated: true })
            return Array.Empty<string>();
        return descriptor.FieldType switch
        {
            FieldType.Bool => true,
            FieldType.Int32 => 1,
            FieldType.Message => new Dictionary<string, object> { ["key"] = 1 },
            _ when field.EndsWith("uuid", StringComparison.Ordinal) => Samples.Uuid,
            _ when field == "address" => "52:54:00:00:00:01",
            _ => "value",
        };
    }

    private async Task<bool> ShowsAsync(ResourceSample sample, string field, int version)
    {
        var answer = await _api.GetAsync(sample.ItemPath, $"1.{version}");
        Assert.Equal(200, answer.Status);
        return sample.Item(answer.Json).TryGetProperty(field, out _);
    }

    private async Task<bool> ShowsInListAsync(ResourceSample sample, string field, int version)
    {
        var answer = await _api.GetAsync(sample.CollectionPath, $"1.{version}");
        Assert.Equal(200, answer.Status);
        return answer.Json.GetProperty(sample.ListKey)[0].TryGetProperty(field, out _);
    }
}
