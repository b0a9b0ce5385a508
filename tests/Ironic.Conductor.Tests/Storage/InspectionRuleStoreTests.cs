using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteInspectionRuleStoreTests : InspectionRuleStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresInspectionRuleStoreTests(PostgresFixture postgres) : InspectionRuleStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class InspectionRuleStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task What_was_written_reads_back()
    {
        await using var storage = await OpenAsync();
        var rule = await InsertAsync(storage, 5);
        Assert.Equivalent(rule, await storage.InspectionRules.FindByUuidAsync(rule.Uuid, default), strict: true);
        var twice = await Assert.ThrowsAsync<IronicException>(() => InsertAsync(storage, 5, rule.Uuid));
        Assert.Equal(ErrorReason.InspectionRuleAlreadyExists, twice.Reason);
        Assert.True(await storage.InspectionRules.DeleteAsync(rule.Uuid, default));
        Assert.False(await storage.InspectionRules.DeleteAsync(rule.Uuid, default));
        Assert.Null(await storage.InspectionRules.FindByUuidAsync(rule.Uuid, default));
        Assert.Null(await storage.InspectionRules.ChangeAsync(rule.Uuid, _ => { }, default));
    }

    [Fact]
    public async Task Changes_at_the_same_time_lose_nothing()
    {
        await using var storage = await OpenAsync();
        var rule = await InsertAsync(storage, 0);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => storage.InspectionRules.ChangeAsync(rule.Uuid, r => r.Priority++, default))));
        var after = (await storage.InspectionRules.FindByUuidAsync(rule.Uuid, default))!;
        Assert.Equal(16, after.Priority);
        Assert.NotNull(after.UpdatedAt);
        Assert.Equal(rule.Actions, after.Actions);
    }

    [Fact]
    public async Task Pages_have_every_rule_once_in_order()
    {
        await using var storage = await OpenAsync();
        foreach (var priority in new[] { 3, 1, 2 })
            await InsertAsync(storage, priority);
        Assert.Equal([3, 1, 2], await PrioritiesAsync(new PageQuery { Limit = 10 }));
        Assert.Equal([1, 2], await PrioritiesAsync(new PageQuery { Limit = 2, SortKey = "priority" }));
        var marker = (await storage.InspectionRules.ListAsync(null, new PageQuery { Limit = 2, SortKey = "priority" }, default))![^1].Uuid;
        Assert.Equal([3], await PrioritiesAsync(new PageQuery { Limit = 2, SortKey = "priority", Marker = marker }));
        Assert.Equal([3, 1, 2], await PrioritiesAsync(new PageQuery { Limit = 10 }, "main"));
        Assert.Empty(await PrioritiesAsync(new PageQuery { Limit = 10 }, "other"));
        Assert.Null(await storage.InspectionRules.ListAsync(null, new PageQuery { Limit = 2, Marker = Guid.NewGuid().ToString() }, default));

        async Task<IEnumerable<int>> PrioritiesAsync(PageQuery page, string? phase = null) =>
            (await storage.InspectionRules.ListAsync(phase, page, default))!.Select(r => r.Priority);
    }

    private static async Task<InspectionRuleRow> InsertAsync(TestStorage storage, int priority, string? uuid = null)
    {
        var rule = new InspectionRuleRow
        {
            Uuid = uuid ?? Guid.NewGuid().ToString(),
            CreatedAt = storage.Clock.UtcNow,
            Description = "ż",
            Priority = priority,
            Sensitive = true,
            Conditions = """[{"op":"is-none","args":{"value": "{node.name}"}}]""",
            Actions = """[{"op":"fail","args":["no"]}]""",
        };
        await storage.InspectionRules.InsertAsync(rule, default);
        return rule;
    }
}
