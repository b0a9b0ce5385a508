using Dapper;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Storage;

/// <summary>Writes the traits of nodes; they are read with the node.</summary>
internal sealed class NodeTraitStore(Database database, Journal journal)
{
    /// <summary>A node's traits at most.</summary>
    public const int Maximum = 50;

    /// <summary>Replaces all.</summary>
    /// <param name="traits">Each once.</param>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: too many. NODE_NOT_FOUND: the node is gone.</exception>
    public async Task SetAsync(NodeRow node, IReadOnlyList<string> traits, CancellationToken cancellationToken)
    {
        CheckCount(node, traits.Count);
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await HoldAsync(write, node);
        await write.Connection.ExecuteAsync("DELETE FROM node_traits WHERE node_id = @Id", new { node.Id }, write.Transaction);
        if (traits.Count > 0)
        {
            var values = new DynamicParameters(new { node.Id });
            for (var index = 0; index < traits.Count; index++)
                values.Add("trait" + index, traits[index]);
            var rows = string.Join(", ", traits.Select((_, index) => $"(@Id, @trait{index})"));
            await write.Connection.ExecuteAsync($"INSERT INTO node_traits (node_id, trait) VALUES {rows}", values, write.Transaction);
        }

        await journal.AppendAsync(write, node, new JournalEntry("traits", traits.Count == 0 ? "none" : string.Join(", ", traits)));
        await write.CommitAsync();
    }

    /// <summary>Adds one, unless the node has it.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: too many. NODE_NOT_FOUND: the node is gone.</exception>
    public async Task AddAsync(NodeRow node, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        await HoldAsync(write, node);
        var added = await write.Connection.ExecuteAsync(
            "INSERT INTO node_traits (node_id, trait) VALUES (@Id, @trait) ON CONFLICT (node_id, trait) DO NOTHING", new { node.Id, trait }, write.Transaction);
        if (added == 0)
            return;
        CheckCount(node, await write.Connection.ExecuteScalarAsync<int>("SELECT count(*) FROM node_traits WHERE node_id = @Id", new { node.Id }, write.Transaction));
        await journal.AppendAsync(write, node, new JournalEntry("traits", "+ " + trait));
        await write.CommitAsync();
    }

    /// <summary>False when the node has no such trait.</summary>
    public async Task<bool> RemoveAsync(NodeRow node, string trait, CancellationToken cancellationToken)
    {
        await using var write = await database.BeginWriteAsync(cancellationToken);
        if (await write.Connection.ExecuteAsync("DELETE FROM node_traits WHERE node_id = @Id AND trait = @trait", new { node.Id, trait }, write.Transaction) == 0)
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
