using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>firmware_components</c>.</summary>
internal sealed record FirmwareRow
{
    public string Component { get; init; } = "";

    public DateTime CreatedAt { get; init; }

    public DateTime? UpdatedAt { get; init; }

    public string InitialVersion { get; init; } = "";

    public string? CurrentVersion { get; init; }

    public string? LastVersionFlashed { get; init; }

    public string? Vendor { get; init; }

    public string? Model { get; init; }

    public string? SerialNumber { get; init; }
}

/// <summary>The firmware of nodes, as it was found the last time.</summary>
internal sealed class FirmwareStore(Database database, Clock clock)
{
    private const string Columns = "component, created_at, updated_at, initial_version, current_version, last_version_flashed, vendor, model, serial_number";

    /// <summary>All components of a node, by name.</summary>
    public async Task<IReadOnlyList<FirmwareRow>> ListAsync(long nodeId, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenAsync(cancellationToken);
        return (await connection.QueryAsync<FirmwareRow>($"SELECT {Columns} FROM firmware_components WHERE node_id = @nodeId ORDER BY component", new { nodeId })).AsList();
    }

    /// <summary>
    /// Makes the stored components those that were found: new ones are added, changed ones updated, others removed. The initial version stays
    /// what it was. Within the transaction of the change of the node that they were looked for.
    /// </summary>
    /// <param name="components">Their times do not count.</param>
    public async Task SyncAsync(WriteTransaction write, long nodeId, IReadOnlyCollection<FirmwareRow> components)
    {
        var stored = (await write.Connection.QueryAsync<FirmwareRow>($"SELECT {Columns} FROM firmware_components WHERE node_id = @nodeId", new { nodeId }, write.Transaction))
            .ToDictionary(c => c.Component, StringComparer.Ordinal);
        foreach (var component in components)
        {
            if (!stored.Remove(component.Component, out var old))
                await InsertAsync(write, nodeId, component);
            else if (component with { CreatedAt = old.CreatedAt, UpdatedAt = old.UpdatedAt, InitialVersion = old.InitialVersion } != old)
                await UpdateAsync(write, nodeId, component);
        }

        foreach (var gone in stored.Keys)
            await write.Connection.ExecuteAsync("DELETE FROM firmware_components WHERE node_id = @nodeId AND component = @gone", new { nodeId, gone }, write.Transaction);
    }

    private Task<int> InsertAsync(WriteTransaction write, long nodeId, FirmwareRow component) => write.Connection.ExecuteAsync(
        """
        INSERT INTO firmware_components (node_id, component, created_at, initial_version, current_version, last_version_flashed, vendor, model, serial_number)
        VALUES (@nodeId, @Component, @now, @InitialVersion, @CurrentVersion, @LastVersionFlashed, @Vendor, @Model, @SerialNumber)
        """,
        Values(nodeId, component),
        write.Transaction);

    private Task<int> UpdateAsync(WriteTransaction write, long nodeId, FirmwareRow component) => write.Connection.ExecuteAsync(
        """
        UPDATE firmware_components
        SET updated_at = @now, current_version = @CurrentVersion, last_version_flashed = @LastVersionFlashed, vendor = @Vendor, model = @Model, serial_number = @SerialNumber
        WHERE node_id = @nodeId AND component = @Component
        """,
        Values(nodeId, component),
        write.Transaction);

    private DynamicParameters Values(long nodeId, FirmwareRow component)
    {
        var values = new DynamicParameters(component);
        values.Add("nodeId", nodeId);
        values.Add("now", clock.UtcNow);
        return values;
    }
}
