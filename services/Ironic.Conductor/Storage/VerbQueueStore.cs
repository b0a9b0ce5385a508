using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A verb that waits for its turn. Its request is read when that has come: it may be large.</summary>
internal sealed record QueuedVerb
{
    public long Id { get; init; }

    public long NodeId { get; init; }

    public required string NodeUuid { get; init; }

    /// <summary>The node's hardware type.</summary>
    public required string Driver { get; init; }

    public required string ConductorGroup { get; init; }

    /// <summary>What there is a limit for, by its name.</summary>
    public required string Work { get; init; }

    /// <summary>The node's state before the verb.</summary>
    public required string FromState { get; init; }

    /// <summary>The minor number of the microversion that the caller spoke.</summary>
    public int Microversion { get; init; }

    public required string RequestId { get; init; }

    public string? UserId { get; init; }

    public string? ProjectId { get; init; }

    /// <summary>Since when it waits, in UTC.</summary>
    public DateTime CreatedAt { get; init; }
}

/// <summary>The verbs that wait for their turn, in the order in which they came. A node has one at most.</summary>
internal sealed class VerbQueueStore(Database database)
{
    public const int PageSize = 200;

    private static readonly string Next =
        $"""
        SELECT q.id, q.node_id, n.uuid AS node_uuid, n.driver, n.conductor_group, q.work, q.from_state, q.microversion, q.request_id, q.user_id, q.project_id, q.created_at
        FROM queued_verbs q JOIN nodes n ON n.id = q.node_id
        WHERE q.work = @work AND q.id > @after ORDER BY q.id LIMIT {PageSize}
        """;

    /// <summary>Puts a verb at the end, within the transaction that stores the node's new state.</summary>
    /// <param name="request">The request's message.</param>
    public static Task PutAsync(WriteTransaction write, QueuedVerb verb, byte[] request) => write.Connection.ExecuteAsync(
        """
        INSERT INTO queued_verbs (node_id, work, from_state, request, microversion, request_id, user_id, project_id, created_at)
        VALUES (@NodeId, @Work, @FromState, @request, @Microversion, @RequestId, @UserId, @ProjectId, @CreatedAt)
        """,
        new { verb.NodeId, verb.Work, verb.FromState, request, verb.Microversion, verb.RequestId, verb.UserId, verb.ProjectId, verb.CreatedAt },
        write.Transaction);

    /// <summary>Takes a verb out, within the transaction of whoever has the node.</summary>
    public static Task RemoveAsync(WriteTransaction write, long id) =>
        write.Connection.ExecuteAsync("DELETE FROM queued_verbs WHERE id = @id", new { id }, write.Transaction);

    /// <summary>The next verbs in the queue.</summary>
    /// <param name="work">What there is a limit for.</param>
    /// <param name="after">The id before the first one.</param>
    public async Task<IReadOnlyList<QueuedVerb>> NextAsync(string work, long after, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<QueuedVerb>(Next, new { work, after })).AsList();
    }

    /// <summary>The id of the node's verb; null when none waits.</summary>
    public async Task<long?> FindAsync(long nodeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<long?>("SELECT id FROM queued_verbs WHERE node_id = @nodeId", new { nodeId });
    }

    /// <summary>A verb's request.</summary>
    public async Task<byte[]> ReadRequestAsync(long id, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QuerySingleAsync<byte[]>("SELECT request FROM queued_verbs WHERE id = @id", new { id });
    }

    /// <summary>How many wait, by what there is a limit for. What none waits for is missing.</summary>
    public async Task<IReadOnlyDictionary<string, int>> CountAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<(string Work, long Count)>("SELECT work, COUNT(*) FROM queued_verbs GROUP BY work")).ToDictionary(row => row.Work, row => (int)row.Count);
    }
}
