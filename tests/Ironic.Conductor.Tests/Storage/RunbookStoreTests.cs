using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteRunbookStoreTests : RunbookStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresRunbookStoreTests(PostgresFixture postgres) : RunbookStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class RunbookStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task What_was_written_reads_back()
    {
        await using var storage = await OpenAsync();
        var runbook = await InsertAsync(storage, "a");
        Assert.Equivalent(runbook, await storage.Runbooks.FindByUuidAsync(runbook.Uuid, default), strict: true);
        Assert.Equivalent(runbook, await storage.Runbooks.FindByNameAsync("a", default), strict: true);
        Assert.Null(await storage.Runbooks.FindByNameAsync("b", default));
        await storage.Runbooks.SetTraitsAsync(runbook.Uuid, ["CUSTOM_A"], default);
        Assert.True(await storage.Runbooks.DeleteAsync(runbook.Uuid, default));
        Assert.False(await storage.Runbooks.DeleteAsync(runbook.Uuid, default));
        Assert.Null(await storage.Runbooks.FindByUuidAsync(runbook.Uuid, default));
    }

    [Fact]
    public async Task Names_and_uuids_are_unique()
    {
        await using var storage = await OpenAsync();
        var runbook = await InsertAsync(storage, "a");
        var other = await InsertAsync(storage, "b");
        Assert.Equal(ErrorReason.DuplicateName, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, "a"))).Reason);
        Assert.Equal(ErrorReason.RunbookAlreadyExists, (await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, "c", uuid: runbook.Uuid))).Reason);
        Assert.Equal(
            ErrorReason.DuplicateName, (await Assert.ThrowsAsync<IronicException>(() => storage.Runbooks.ChangeAsync(other.Uuid, r => r.Name = "a", default))).Reason);
        Assert.Equal("b", (await storage.Runbooks.FindByUuidAsync(other.Uuid, default))!.Name);
    }

    [Fact]
    public async Task Changes_at_the_same_time_lose_nothing()
    {
        await using var storage = await OpenAsync();
        var runbook = await InsertAsync(storage, "a");
        await Task.WhenAll(Enumerable.Range(0, 16).Select(n => Task.Run(() => n % 2 == 0
            ? storage.Runbooks.ChangeAsync(runbook.Uuid, r => r.Name += "x", default)
            : storage.Runbooks.AddTraitAsync(runbook.Uuid, $"CUSTOM_{n:00}", default))));
        var after = (await storage.Runbooks.FindByUuidAsync(runbook.Uuid, default))!;
        Assert.Equal("axxxxxxxx", after.Name);
        Assert.NotNull(after.UpdatedAt);
        Assert.Equal("CUSTOM_01,CUSTOM_03,CUSTOM_05,CUSTOM_07,CUSTOM_09,CUSTOM_11,CUSTOM_13,CUSTOM_15", after.Traits);
    }

    [Fact]
    public async Task Traits_are_a_set()
    {
        await using var storage = await OpenAsync();
        var runbook = await InsertAsync(storage, "a");
        Assert.True(await storage.Runbooks.SetTraitsAsync(runbook.Uuid, ["CUSTOM_B", "CUSTOM_A"], default));
        Assert.True(await storage.Runbooks.AddTraitAsync(runbook.Uuid, "CUSTOM_A", default));
        Assert.Equal("CUSTOM_A,CUSTOM_B", await TraitsAsync());
        await storage.Runbooks.RemoveTraitAsync(runbook.Uuid, "CUSTOM_B", default);
        await storage.Runbooks.RemoveTraitAsync(runbook.Uuid, "CUSTOM_NONE", default);
        Assert.Equal("CUSTOM_A", await TraitsAsync());
        Assert.True(await storage.Runbooks.SetTraitsAsync(runbook.Uuid, [.. Enumerable.Range(0, 1200).Select(n => $"CUSTOM_{n:0000}")], default));
        Assert.Equal(1200, (await TraitsAsync())!.Split(',').Length);
        Assert.True(await storage.Runbooks.SetTraitsAsync(runbook.Uuid, [], default));
        Assert.Null(await TraitsAsync());
        Assert.False(await storage.Runbooks.SetTraitsAsync(Guid.NewGuid().ToString(), ["CUSTOM_A"], default));
        Assert.False(await storage.Runbooks.AddTraitAsync(Guid.NewGuid().ToString(), "CUSTOM_A", default));

        async Task<string?> TraitsAsync() => (await storage.Runbooks.FindByNameAsync("a", default))!.Traits;
    }

    [Fact]
    public async Task A_project_sees_its_own_and_the_public_ones()
    {
        await using var storage = await OpenAsync();
        await InsertAsync(storage, "c", owner: "p1");
        await InsertAsync(storage, "a", owner: "p2");
        await InsertAsync(storage, "b", isPublic: true);
        await InsertAsync(storage, "d");
        Assert.Equal(["c", "a", "b", "d"], await NamesAsync(null, new PageQuery { Limit = 10 }));
        Assert.Equal(["c", "b"], await NamesAsync("p1", new PageQuery { Limit = 10 }));
        Assert.Equal(["b"], await NamesAsync("p1", new PageQuery { Limit = 1, SortKey = "name" }));
        var marker = (await storage.Runbooks.FindByNameAsync("b", default))!.Uuid;
        Assert.Equal(["c"], await NamesAsync("p1", new PageQuery { Limit = 2, SortKey = "name", Marker = marker }));
        Assert.Null(await storage.Runbooks.ListAsync(null, new PageQuery { Limit = 2, Marker = Guid.NewGuid().ToString() }, default));

        async Task<IEnumerable<string>> NamesAsync(string? project, PageQuery page) => (await storage.Runbooks.ListAsync(project, page, default))!.Select(r => r.Name);
    }

    private static async Task<RunbookRow> InsertAsync(TestStorage storage, string name, string? owner = null, bool isPublic = false, string? uuid = null)
    {
        var runbook = new RunbookRow
        {
            Uuid = uuid ?? Guid.NewGuid().ToString(),
            CreatedAt = storage.Clock.UtcNow,
            Name = name,
            Steps = """[{"interface":"bios","step":"reset","args":{"big": 12345678901234567890},"order":1}]""",
            Extra = """{"a": "ż"}""",
            Owner = owner,
            Public = isPublic,
            DisableRamdisk = true,
            Description = "d",
        };
        await storage.Runbooks.InsertAsync(runbook, default);
        return runbook;
    }
}
