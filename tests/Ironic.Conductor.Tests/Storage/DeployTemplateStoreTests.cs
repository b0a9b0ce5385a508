using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteDeployTemplateStoreTests : DeployTemplateStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresDeployTemplateStoreTests(PostgresFixture postgres) : DeployTemplateStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class DeployTemplateStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task What_was_written_reads_back()
    {
        await using var storage = await OpenAsync();
        var template = await InsertAsync(storage, "CUSTOM_A");
        Assert.Equivalent(template, await storage.DeployTemplates.FindByUuidAsync(template.Uuid, default), strict: true);
        Assert.Equivalent(template, await storage.DeployTemplates.FindByNameAsync("CUSTOM_A", default), strict: true);
        Assert.Null(await storage.DeployTemplates.FindByNameAsync("CUSTOM_B", default));
        Assert.True(await storage.DeployTemplates.DeleteAsync(template.Uuid, default));
        Assert.False(await storage.DeployTemplates.DeleteAsync(template.Uuid, default));
        Assert.Null(await storage.DeployTemplates.FindByUuidAsync(template.Uuid, default));
    }

    [Fact]
    public async Task Names_and_uuids_are_unique()
    {
        await using var storage = await OpenAsync();
        var template = await InsertAsync(storage, "CUSTOM_A");
        var other = await InsertAsync(storage, "CUSTOM_B");
        Assert.Equal(ErrorReason.DuplicateName, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, "CUSTOM_A"))).Reason);
        Assert.Equal(
            ErrorReason.DeployTemplateAlreadyExists, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, "CUSTOM_C", template.Uuid))).Reason);
        Assert.Equal(
            ErrorReason.DuplicateName,
            (await Assert.ThrowsAsync<IronicException>(() => storage.DeployTemplates.ChangeAsync(other.Uuid, t => t.Name = "CUSTOM_A", default))).Reason);
        Assert.Equal("CUSTOM_B", (await storage.DeployTemplates.FindByUuidAsync(other.Uuid, default))!.Name);
    }

    [Fact]
    public async Task Changes_at_the_same_time_lose_nothing()
    {
        await using var storage = await OpenAsync();
        var template = await InsertAsync(storage, "CUSTOM_A");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => storage.DeployTemplates.ChangeAsync(template.Uuid, t => t.Name += "X", default))));
        var after = (await storage.DeployTemplates.FindByUuidAsync(template.Uuid, default))!;
        Assert.Equal("CUSTOM_A" + new string('X', 16), after.Name);
        Assert.NotNull(after.UpdatedAt);
        Assert.Equal(template.Steps, after.Steps);
    }

    [Fact]
    public async Task Pages_have_every_template_once_in_order()
    {
        await using var storage = await OpenAsync();
        foreach (var name in new[] { "CUSTOM_C", "CUSTOM_A", "CUSTOM_B" })
            await InsertAsync(storage, name);
        Assert.Equal(["CUSTOM_C", "CUSTOM_A", "CUSTOM_B"], await NamesAsync(storage, new PageQuery { Limit = 10 }));
        Assert.Equal(["CUSTOM_A", "CUSTOM_B"], await NamesAsync(storage, new PageQuery { Limit = 2, SortKey = "name" }));
        var marker = (await storage.DeployTemplates.FindByNameAsync("CUSTOM_B", default))!.Uuid;
        Assert.Equal(["CUSTOM_C"], await NamesAsync(storage, new PageQuery { Limit = 2, SortKey = "name", Marker = marker }));
        Assert.Equal(["CUSTOM_A"], await NamesAsync(storage, new PageQuery { Limit = 2, SortKey = "name", Marker = marker, Descending = true }));
        Assert.Null(await storage.DeployTemplates.ListAsync(new PageQuery { Limit = 2, Marker = Guid.NewGuid().ToString() }, default));
    }

    private static async Task<IEnumerable<string>> NamesAsync(TestStorage storage, PageQuery page) =>
        (await storage.DeployTemplates.ListAsync(page, default))!.Select(t => t.Name);

    private static async Task<DeployTemplateRow> InsertAsync(TestStorage storage, string name, string? uuid = null)
    {
        var template = new DeployTemplateRow
        {
            Uuid = uuid ?? Guid.NewGuid().ToString(),
            CreatedAt = storage.Clock.UtcNow,
            Name = name,
            Steps = """[{"interface":"bios","step":"reset","args":{"big": 12345678901234567890},"priority":1}]""",
            Extra = """{"a": "ż"}""",
        };
        await storage.DeployTemplates.InsertAsync(template, default);
        return template;
    }
}
