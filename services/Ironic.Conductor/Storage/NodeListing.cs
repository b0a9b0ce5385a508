namespace Ironic.Conductor.Storage;

/// <summary>Lists nodes in pages.</summary>
internal sealed class NodeListing(Database database)
{
    /// <summary>The page, or null when there is no node with the UUID of the marker.</summary>
    public async Task<IReadOnlyList<NodeRow>?> ListAsync(NodeQuery query, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        var select = new PagedSelect<NodeRow>(query.SummaryOnly ? NodeColumns.SelectSummary : NodeColumns.SelectListed, "nodes n", NodeColumns.Table, "n");
        Narrow(select, query);
        return await select.ReadAsync(connection, query.Page);
    }

    private static void Narrow(PagedSelect<NodeRow> select, NodeQuery query)
    {
        select.WhereEqual("chassis_uuid", query.ChassisUuid);
        select.WhereEqual("instance_uuid", query.InstanceUuid);
        // Said as the partial indexes say it: a parameter would not be known to be true.
        if (query.Maintenance is { } maintenance)
            select.Where(maintenance ? "n.maintenance" : "NOT n.maintenance");
        if (query.Retired is { } retired)
            select.Where(retired ? "n.retired" : "NOT n.retired");
        select.WhereEqual("provision_state", query.ProvisionState);
        select.WhereEqual("driver", query.Driver);
        select.WhereEqual("resource_class", query.ResourceClass);
        select.WhereEqual("fault", query.Fault);
        select.WhereEqual("conductor_group", query.ConductorGroup);
        select.WhereEqual("owner", query.Owner);
        select.WhereEqual("lessee", query.Lessee);
        select.WhereEqual("instance_name", query.InstanceName);
        if (query.Associated is { } associated)
            select.Where(associated ? "n.instance_uuid IS NOT NULL" : "n.instance_uuid IS NULL");
        if (query.Sharded is { } sharded)
            select.Where(sharded ? "n.shard IS NOT NULL" : "n.shard IS NULL");
        select.WhereIn("n.shard", query.Shards);
        if (query.Project is { } project)
            select.Where("(n.owner = @project OR n.lessee = @project)", "project", project);
        if (query.DescriptionContains is { } part)
            select.Where("LOWER(n.description) LIKE @description", "description", $"%{part.ToLowerInvariant()}%");
        if (query.AboveSla is { } above)
            select.Where(values => $"{(above ? "" : "NOT ")}{StateSince.Any(query.StateLimits, values)}");
        if (query.ParentNode is not null)
            select.WhereEqual("parent_node", query.ParentNode);
        else if (!query.IncludeChildren)
            select.Where("n.parent_node IS NULL");
    }
}
