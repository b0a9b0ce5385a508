using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.NodeRecords;

/// <summary>The BIOS settings of nodes.</summary>
internal sealed class NodeBios(TaskManager tasks, BiosSettingStore store)
{
    /// <exception cref="IronicException">NODE_NOT_FOUND.</exception>
    public async Task<IEnumerable<BiosSetting>> ListAsync(string ident, CancellationToken cancellationToken) =>
        (await store.ListAsync((await tasks.FindNodeAsync(ident, cancellationToken)).Id, cancellationToken)).Select(ToApi);

    /// <exception cref="IronicException">NODE_NOT_FOUND, BIOS_SETTING_NOT_FOUND.</exception>
    public async Task<BiosSetting> GetAsync(string ident, string name, CancellationToken cancellationToken)
    {
        var node = await tasks.FindNodeAsync(ident, cancellationToken);
        return ToApi(await store.FindAsync(node.Id, name, cancellationToken)
            ?? throw new IronicException(ErrorReason.BiosSettingNotFound, $"Node {node.Uuid} doesn't have a BIOS setting '{name}'"));
    }

    private static BiosSetting ToApi(BiosSettingRow row)
    {
        var setting = new BiosSetting { Name = row.Name, CreatedAt = ApiValues.Time(row.CreatedAt), UpdatedAt = ApiValues.Time(row.UpdatedAt) };
        if (row.Value is not null)
            setting.Value = row.Value;
        if (row.AttributeType is not null)
            setting.AttributeType = row.AttributeType;
        if (row.AllowableValues is not null)
            setting.AllowableValues.AddRange(JsonSerializer.Deserialize<string[]>(row.AllowableValues));
        if (row.LowerBound is { } lowerBound)
            setting.LowerBound = lowerBound;
        if (row.MaxLength is { } maxLength)
            setting.MaxLength = (int)maxLength;
        if (row.MinLength is { } minLength)
            setting.MinLength = (int)minLength;
        if (row.ReadOnly is { } readOnly)
            setting.ReadOnly = readOnly;
        if (row.ResetRequired is { } resetRequired)
            setting.ResetRequired = resetRequired;
        if (row.IsUnique is { } unique)
            setting.Unique = unique;
        if (row.UpperBound is { } upperBound)
            setting.UpperBound = upperBound;
        return setting;
    }
}
