using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>bios_settings</c>.</summary>
internal sealed record BiosSettingRow
{
    public string Name { get; init; } = "";

    public DateTime CreatedAt { get; init; }

    public DateTime? UpdatedAt { get; init; }

    public string? Value { get; init; }

    public string? AttributeType { get; init; }

    /// <summary>A JSON array of texts; null reads as <c>[]</c>.</summary>
    public string? AllowableValues { get; init; }

    public long? LowerBound { get; init; }

    public long? MaxLength { get; init; }

    public long? MinLength { get; init; }

    public bool? ReadOnly { get; init; }

    public bool? ResetRequired { get; init; }

    public bool? IsUnique { get; init; }

    public long? UpperBound { get; init; }
}

/// <summary>The BIOS settings of nodes, as they were read the last time.</summary>
internal sealed class BiosSettingStore(Database database, Clock clock)
{
    private const string Columns =
        "name, created_at, updated_at, value, attribute_type, allowable_values, lower_bound, max_length, min_length, read_only, reset_required, is_unique, upper_bound";

    /// <summary>All settings of a node, by name.</summary>
    public async Task<IReadOnlyList<BiosSettingRow>> ListAsync(long nodeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<BiosSettingRow>($"SELECT {Columns} FROM bios_settings WHERE node_id = @nodeId ORDER BY name", new { nodeId })).AsList();
    }

    /// <summary>The setting of this name, else one whose name differs only in the case of its letters.</summary>
    public async Task<BiosSettingRow?> FindAsync(long nodeId, string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return await connection.QueryFirstOrDefaultAsync<BiosSettingRow>(
            $"SELECT {Columns} FROM bios_settings WHERE node_id = @nodeId AND lower(name) = lower(@name) ORDER BY CASE WHEN name = @name THEN 0 ELSE 1 END, name",
            new { nodeId, name });
    }

    /// <summary>
    /// Makes the stored settings those that were read from the hardware: new ones are added, changed ones updated, others removed. Within the
    /// transaction of the change of the node that they were read for.
    /// </summary>
    /// <param name="settings">Their times do not count.</param>
    public async Task SyncAsync(WriteTransaction write, long nodeId, IReadOnlyCollection<BiosSettingRow> settings)
    {
        var stored = (await write.Connection.QueryAsync<BiosSettingRow>($"SELECT {Columns} FROM bios_settings WHERE node_id = @nodeId", new { nodeId }, write.Transaction))
            .ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var setting in settings)
        {
            if (!stored.Remove(setting.Name, out var old))
                await InsertAsync(write, nodeId, setting);
            else if (setting with { CreatedAt = old.CreatedAt, UpdatedAt = old.UpdatedAt } != old)
                await UpdateAsync(write, nodeId, setting);
        }

        foreach (var gone in stored.Keys)
            await write.Connection.ExecuteAsync("DELETE FROM bios_settings WHERE node_id = @nodeId AND name = @gone", new { nodeId, gone }, write.Transaction);
    }

    private Task<int> InsertAsync(WriteTransaction write, long nodeId, BiosSettingRow setting) => write.Connection.ExecuteAsync(
        """
        INSERT INTO bios_settings (node_id, name, created_at, value, attribute_type, allowable_values, lower_bound, max_length, min_length,
                                   read_only, reset_required, is_unique, upper_bound)
        VALUES (@nodeId, @Name, @now, @Value, @AttributeType, @AllowableValues, @LowerBound, @MaxLength, @MinLength,
                @ReadOnly, @ResetRequired, @IsUnique, @UpperBound)
        """,
        Values(nodeId, setting),
        write.Transaction);

    private Task<int> UpdateAsync(WriteTransaction write, long nodeId, BiosSettingRow setting) => write.Connection.ExecuteAsync(
        """
        UPDATE bios_settings
        SET updated_at = @now, value = @Value, attribute_type = @AttributeType, allowable_values = @AllowableValues, lower_bound = @LowerBound, max_length = @MaxLength,
            min_length = @MinLength, read_only = @ReadOnly, reset_required = @ResetRequired, is_unique = @IsUnique, upper_bound = @UpperBound
        WHERE node_id = @nodeId AND name = @Name
        """,
        Values(nodeId, setting),
        write.Transaction);

    private DynamicParameters Values(long nodeId, BiosSettingRow setting)
    {
        var values = new DynamicParameters(setting);
        values.Add("nodeId", nodeId);
        values.Add("now", clock.UtcNow);
        return values;
    }
}
