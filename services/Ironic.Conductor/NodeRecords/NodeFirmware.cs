using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tasks;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.NodeRecords;

/// <summary>The firmware of nodes.</summary>
internal sealed class NodeFirmware(TaskManager tasks, FirmwareStore store)
{
    /// <exception cref="IronicException">NODE_NOT_FOUND.</exception>
    public async Task<IEnumerable<FirmwareComponent>> ListAsync(string ident, CancellationToken cancellationToken) =>
        (await store.ListAsync((await tasks.FindNodeAsync(ident, cancellationToken)).Id, cancellationToken)).Select(ToApi);

    private static FirmwareComponent ToApi(FirmwareRow row)
    {
        var component = new FirmwareComponent
        {
            Component = row.Component,
            InitialVersion = row.InitialVersion,
            CreatedAt = ApiValues.Time(row.CreatedAt),
            UpdatedAt = ApiValues.Time(row.UpdatedAt),
        };
        if (row.CurrentVersion is not null)
            component.CurrentVersion = row.CurrentVersion;
        if (row.LastVersionFlashed is not null)
            component.LastVersionFlashed = row.LastVersionFlashed;
        if (row.Vendor is not null)
            component.Vendor = row.Vendor;
        if (row.Model is not null)
            component.Model = row.Model;
        if (row.SerialNumber is not null)
            component.SerialNumber = row.SerialNumber;
        return component;
    }
}
