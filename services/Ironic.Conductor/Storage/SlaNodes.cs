using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>A node that has been in its state for longer than it should.</summary>
internal sealed record SlaNode(string Uuid, string Driver, string State);

/// <summary>Finds the nodes of a conductor group that have been in their state for longer than they should.</summary>
internal sealed class SlaNodes(Database database)
{
    public async Task<IReadOnlyList<SlaNode>> ListAsync(string group, IReadOnlyList<StateSince> above, CancellationToken cancellationToken)
    {
        var values = new DynamicParameters(new { group });
        var condition = StateSince.Any(above, values);
        await using var connection = await database.OpenAsync(cancellationToken);
        var found = await connection.QueryAsync<(string Uuid, string Driver, string State)>(
            $"SELECT n.uuid, n.driver, n.provision_state FROM nodes n WHERE {condition} AND n.conductor_group = @group", values);
        return [.. found.Select(node => new SlaNode(node.Uuid, node.Driver, node.State))];
    }
}
