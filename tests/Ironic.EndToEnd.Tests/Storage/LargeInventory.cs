using Npgsql;

namespace Ironic.EndToEnd.Tests.Storage;

/// <summary>100,000 nodes with what belongs to them, as a large operator has them: most are in use, few are broken, owners have about a hundred each.</summary>
internal static class LargeInventory
{
    public const int Nodes = 100_000;

    /// <summary>Names of the nodes, by their number from 1.</summary>
    public static string NodeName(int number) => $"node-{number}";

    public static string Uuid(string kind, int number) => $"{kind}000000-0000-4000-8000-{number:x12}";

    /// <summary>Fills the tables of a database whose schema is there, and counts what is in them for PostgreSQL's planner.</summary>
    public static async Task CreateAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        foreach (var statement in Statements)
        {
            await using var command = source.CreateCommand(statement);
            command.CommandTimeout = 300;
            await command.ExecuteNonQueryAsync();
        }
    }

    private static string UuidOf(string kind, string number) => $"'{kind}000000-0000-4000-8000-' || lpad(to_hex({number}), 12, '0')";

    private static readonly string[] Statements =
    [
        $"INSERT INTO chassis (uuid, created_at, description) SELECT {UuidOf("cc", "i")}, now(), 'rack ' || i FROM generate_series(1, 2000) i",
        $"""
        INSERT INTO nodes (
          uuid, name, created_at, updated_at, driver, provision_state, provision_updated_at, power_state, instance_uuid, instance_name, resource_class, owner, lessee,
          conductor_group, shard, chassis_uuid, parent_node, maintenance, maintenance_reason, fault, retired, description, properties, extra, driver_info)
        SELECT {UuidOf("aa", "i")}, 'node-' || i, now() - i * interval '1 minute', now(), CASE WHEN i % 3 = 0 THEN 'example' ELSE 'fake-hardware' END,
          CASE WHEN i % 10 = 0 THEN 'available' WHEN i % 1001 = 0 THEN 'clean failed' ELSE 'active' END, now(), 'power on',
          CASE WHEN i % 10 <> 0 THEN {UuidOf("bb", "i")} END, CASE WHEN i % 10 <> 0 THEN 'instance-' || i END, 'class-' || i % 20, 'owner-' || i % 1000, 'lessee-' || i % 1000,
          'group-' || i % 500, CASE WHEN i % 100 > 0 THEN 'shard-' || i % 200 END, {UuidOf("cc", "1 + i % 2000")}, CASE WHEN i % 500 = 0 THEN {UuidOf("aa", "i - 1")} END,
          i % 777 = 0, CASE WHEN i % 777 = 0 THEN 'broken' END, CASE WHEN i % 777 = 0 THEN 'power failure' END, i % 999 = 0, 'in row ' || i,
          '{"{\"cpus\": 8}"}', '{"{}"}', '{"{}"}'
        FROM generate_series(1, {Nodes}) i
        """,
        "INSERT INTO node_locks (node_id) SELECT id FROM nodes",
        "INSERT INTO node_traits (node_id, trait) SELECT id, 'CUSTOM_T' || t FROM nodes, generate_series(1, 2) t",
        $"""
        INSERT INTO portgroups (uuid, created_at, node_id, name, address, mode)
        SELECT {UuidOf("dd", "id")}, created_at, id, 'group-' || id, '02:00:' || substr(lpad(to_hex(id), 8, '0'), 1, 2) || ':' || substr(lpad(to_hex(id), 8, '0'), 3, 2)
          || ':' || substr(lpad(to_hex(id), 8, '0'), 5, 2) || ':' || substr(lpad(to_hex(id), 8, '0'), 7, 2), 'active-backup'
        FROM nodes WHERE id % 4 = 0
        """,
        $"""
        INSERT INTO ports (uuid, created_at, address, node_id, portgroup_id, name, physical_network)
        SELECT {UuidOf("ee", "n.id")}, n.created_at, '52:54:' || substr(lpad(to_hex(n.id), 8, '0'), 1, 2) || ':' || substr(lpad(to_hex(n.id), 8, '0'), 3, 2)
          || ':' || substr(lpad(to_hex(n.id), 8, '0'), 5, 2) || ':' || substr(lpad(to_hex(n.id), 8, '0'), 7, 2), n.id, g.id, 'port-' || n.id, 'net-' || n.id % 20
        FROM nodes n LEFT JOIN portgroups g ON g.node_id = n.id
        """,
        $"""
        INSERT INTO node_events (uuid, node_uuid, created_at, event_type, severity, conductor, in_history, message)
        SELECT md5(id || '-' || e)::uuid::text, uuid, created_at, 'provision', CASE WHEN e = 1 THEN 'ERROR' ELSE 'INFO' END, 'c', e = 1, 'event ' || e
        FROM nodes, generate_series(1, 3) e
        """,
        $"""
        INSERT INTO allocations (uuid, created_at, name, node_id, state, owner, resource_class, traits, candidate_nodes, conductor)
        SELECT {UuidOf("ff", "id")}, created_at, 'allocation-' || id, id, 'active', owner, resource_class, '[]', '[]', 'c' FROM nodes WHERE instance_uuid IS NOT NULL AND id % 3 = 1
        """,
        $"INSERT INTO deploy_templates (uuid, created_at, name, steps) SELECT {UuidOf("99", "i")}, now(), 'CUSTOM_TEMPLATE' || i, '[]' FROM generate_series(1, 2000) i",
        $"INSERT INTO volume_connectors (uuid, created_at, node_id, type, connector_id) SELECT {UuidOf("88", "id")}, created_at, id, 'iqn', 'iqn.' || id FROM nodes WHERE id % 2 = 0",
        $"""
        INSERT INTO volume_targets (uuid, created_at, node_id, volume_type, boot_index, volume_id)
        SELECT {UuidOf("77", "id")}, created_at, id, 'iscsi', 0, 'volume-' || id FROM nodes WHERE id % 2 = 0
        """,
        "VACUUM ANALYZE",
    ];
}
