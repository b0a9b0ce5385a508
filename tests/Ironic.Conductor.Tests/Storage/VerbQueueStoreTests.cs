using Ironic.Conductor.Storage;
using Ironic.Testing;

namespace Ironic.Conductor.Tests.Storage;

public sealed class SqliteVerbQueueStoreTests : VerbQueueStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresVerbQueueStoreTests(PostgresFixture postgres) : VerbQueueStoreTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

public abstract class VerbQueueStoreTests
{
    private protected abstract Task<TestStorage> OpenAsync();

    [Fact]
    public async Task Verbs_come_out_in_the_order_in_which_they_came_and_leave_with_their_node()
    {
        await using var storage = await OpenAsync();
        var nodes = new List<NodeRow>();
        foreach (var (state, work) in new[] { ("cleaning", "cleaning"), ("deploying", "deployment"), ("deleting", "cleaning"), ("cleaning", "cleaning") })
        {
            nodes.Add(await storage.InsertNodeAsync(change: node => node.ProvisionState = state));
            await storage.PutVerbAsync(nodes[^1], work);
        }

        var running = await storage.InsertNodeAsync(change: node => node.ProvisionState = "clean wait");
        var first = await storage.QueuedVerbs.NextAsync("cleaning", 0, default);
        Assert.Equal([nodes[0].Uuid, nodes[2].Uuid, nodes[3].Uuid], first.Select(waiting => waiting.NodeUuid));
        Assert.Equal([nodes[3].Uuid], (await storage.QueuedVerbs.NextAsync("cleaning", first[1].Id, default)).Select(waiting => waiting.NodeUuid));
        Assert.Equal(new Dictionary<string, int> { ["cleaning"] = 3, ["deployment"] = 1 }, await storage.QueuedVerbs.CountAsync(default));
        Assert.Equal((4, 1), (await storage.Nodes.CountInStatesAsync(["cleaning", "deleting", "clean wait"], 10, default), await storage.Nodes.CountWorkedOnAsync(["cleaning", "deleting", "clean wait"], 10, default)));

        var verb = first[0];
        Assert.Equal(verb.Id, await storage.QueuedVerbs.FindAsync(nodes[0].Id, default));
        Assert.Equal(
            (nodes[0].Id, nodes[0].Driver, "", "cleaning", "manageable", 82, "u", null),
            (verb.NodeId, verb.Driver, verb.ConductorGroup, verb.Work, verb.FromState, verb.Microversion, verb.UserId, verb.ProjectId));
        Assert.Equal([1, 2], await storage.QueuedVerbs.ReadRequestAsync(verb.Id, default));
        await using (var write = await storage.Database.BeginWriteAsync(default))
        {
            await VerbQueueStore.RemoveAsync(write, verb.Id);
            await write.CommitAsync();
        }

        await storage.Nodes.LockAsync(nodes[2].Id, "me", default);
        await storage.Nodes.DeleteAsync((await storage.Nodes.FindByUuidAsync(nodes[2].Uuid, default))!, new JournalEntry("deleted"), default);
        Assert.Equal([nodes[3].Uuid], (await storage.QueuedVerbs.NextAsync("cleaning", 0, default)).Select(waiting => waiting.NodeUuid));
        Assert.Null(await storage.QueuedVerbs.FindAsync(running.Id, default));
    }
}
