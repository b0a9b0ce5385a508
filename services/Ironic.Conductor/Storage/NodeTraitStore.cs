using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Writes the traits of nodes; they are read with the node.</summary>
internal sealed class NodeTraitStore(Database database, Journal journal)
{
    /// <summary>A node's traits at most.</summary>
    public const int Maximum = 50;

    public static TraitRows Rows { get; } = new("node_traits", "node_id");

    /// <summary>Replaces all.</summary>
    /// <param name="traits">Each once.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: too many. NODE_NOT_FOUND: the node is gone.</exception>
    public async Task SetAsync(NodeRow node, IReadOnlyList<string> traits, CancellationToken cancellationToken)
    {
        CheckCount(node, traits.Count);
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await HoldAsync(write, node);
        await Rows.ReplaceAsync(write, node.Id, traits);
        await journal.AppendAsync(write, node, new JournalEntry("traits", traits.Count == 0 ? "none" : string.Join(", ", traits)));
        await write.CommitAsync();
    }

    /// <summary>Adds one, unless the node has it.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: too many. NODE_NOT_FOUND: the node is gone.</exception>
    public async Task AddAsync(NodeRow node, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await HoldAsync(write, node);
        if (!await Rows.AddAsync(write, node.Id, trait))
            return;
        CheckCount(node, await Rows.CountAsync(write, node.Id));
        await journal.AppendAsync(write, node, new JournalEntry("traits", "+ " + trait));
        await write.CommitAsync();
    }

    /// <summary>False when the node has no such trait.</summary>
    public async Task<bool> RemoveAsync(NodeRow node, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        if (!await Rows.RemoveAsync(write, node.Id, trait))
            return false;
        await journal.AppendAsync(write, node, new JournalEntry("traits", "- " + trait));
        await write.CommitAsync();
        return true;
    }

    // Two that add to the same node come one after the other, so that neither overlooks what the other adds.
    private async Task HoldAsync(WriteTransaction write, NodeRow node)
    {
        var held = await write.Connection.ExecuteScalarAsync<long?>($"SELECT id FROM nodes WHERE id = @Id {database.ForUpdate}", new { node.Id }, write.Transaction);
        if (held is null)
            throw new IronicException(ErrorReason.NodeNotFound, $"Node {node.Uuid} could not be found.");
    }

    private static void CheckCount(NodeRow node, int count)
    {
        if (count > Maximum)
        {
            throw new IronicException(
                ErrorReason.InvalidParameterValue,
                $"Could not modify traits for node {node.Uuid} as it would exceed the maximum number of traits per node ({count} vs. {Maximum})");
        }
    }
}
