using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using MediaType = Ironic.Driver.V1.VirtualMediaType;
using VirtualMediaDevice = Ironic.Api.V1.VirtualMediaDevice;
using VirtualMediaType = Ironic.Api.V1.VirtualMediaType;

namespace Ironic.Conductor.Nodes;

/// <summary>The images that nodes' management controllers show their machines.</summary>
internal sealed class NodeVirtualMedia(TaskManager tasks, DriverCalls calls, ManagementCalls management, BackgroundWork work)
{
    private static readonly InterfaceKind Management = InterfaceTypes.Get(InterfaceType.Management);

    private static readonly string[] Schemes = ["http", "https", "nfs", "cifs", "smb"];

    /// <exception cref="IronicException">NODE_NOT_FOUND, NO_VALID_HOST_FOR_NODE, UNSUPPORTED_DRIVER_EXTENSION and what the driver's validation finds.</exception>
    public async Task<IEnumerable<VirtualMediaDevice>> ListAsync(string ident, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenSharedAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        return (await management.ListVirtualMediaAsync(task, cancellationToken)).Select(ToApi);
    }

    /// <summary>Starts attaching an image; that goes on after the answer.</summary>
    /// <exception cref="IronicException">
    /// INVALID_PARAMETER_VALUE, NODE_NOT_FOUND, NODE_LOCKED, NO_VALID_HOST_FOR_NODE, TEMPORARY_FAILURE, NO_FREE_CONDUCTOR_WORKER and what the driver's
    /// validation finds.
    /// </exception>
    public async Task AttachAsync(string ident, VirtualMediaAttachment attachment, CancellationToken cancellationToken)
    {
        var type = ToDriver(attachment.DeviceType);
        var scheme = attachment.ImageUrl.IndexOf(':', StringComparison.Ordinal) is > 0 and var end ? attachment.ImageUrl[..end].ToLowerInvariant() : "";
        if (!Schemes.Contains(scheme))
            throw Invalid($"Unsupported or missing URL scheme: {scheme}");
        if (!Enum.IsDefined(attachment.ImageDownloadSource))
            throw Invalid("image_download_source must be one of http, local and swift.");
        await StartAsync(ident, $"attach a virtual {Name(type)}", (task, lost) =>
        {
            // To show an image that the controller could not reach would be worse than to say so.
            if (attachment.ImageDownloadSource != ImageDownloadSource.Http)
                throw Invalid("This conductor can not serve images by itself; use image_download_source=http, so that the management controller fetches the image from its address.");
            return management.AttachVirtualMediaAsync(task, type, attachment.ImageUrl, lost);
        }, cancellationToken);
    }

    /// <summary>Starts detaching what is attached; that goes on after the answer.</summary>
    /// <param name="types">What is detached: <c>disk</c>, <c>cdrom</c>, <c>floppy</c>; empty: everything.</param>
    /// <exception cref="IronicException">As <see cref="AttachAsync"/>.</exception>
    public async Task DetachAsync(string ident, IReadOnlyCollection<string> types, CancellationToken cancellationToken)
    {
        var invalid = types.Where(type => Parse(type) is null).ToList();
        if (invalid.Count > 0)
            throw Invalid($"Invalid device type(s) {string.Join(", ", invalid)} (valid are disk, cdrom, floppy)");
        MediaType[] parsed = [.. types.Select(type => Parse(type)!.Value).Distinct()];
        var what = parsed.Length == 0 ? "detach all virtual media" : $"detach the virtual {string.Join(" and ", parsed.Select(Name))}";
        await StartAsync(ident, what, (task, lost) => management.DetachVirtualMediaAsync(task, parsed, lost), cancellationToken);
    }

    private async Task StartAsync(string ident, string what, Func<NodeTask, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        await using var task = await tasks.OpenExclusiveAsync(ident, cancellationToken);
        await PrepareAsync(task, cancellationToken);
        if (task.Node is { Maintenance: true, Fault: Faults.PowerFailure })
            throw new IronicException(ErrorReason.TemporaryFailure, $"Unable to {what} of node {task.Node.Uuid} due to power failure state");
        var error = task.Node.LastError;
        task.Node.LastError = null;
        await task.SaveAsync(cancellationToken);
        try
        {
            work.Start(task, "virtual_media", what, change);
        }
        catch (IronicException)
        {
            task.Node.LastError = error;
            await task.SaveAndReleaseAsync(CancellationToken.None);
            throw;
        }
    }

    private async Task PrepareAsync(NodeTask task, CancellationToken cancellationToken)
    {
        await task.LoadDriverAsync(cancellationToken, ErrorReason.NoValidHostForNode);
        await calls.ValidateAsync(task, Management, cancellationToken);
    }

    private static MediaType ToDriver(VirtualMediaType type) => type switch
    {
        VirtualMediaType.Disk => MediaType.Disk,
        VirtualMediaType.Cdrom => MediaType.Cdrom,
        VirtualMediaType.Floppy => MediaType.Floppy,
        _ => throw Invalid("Schema error for vmedia: 'device_type' is a required property"),
    };

    private static MediaType? Parse(string type) => type switch
    {
        "disk" => MediaType.Disk,
        "cdrom" => MediaType.Cdrom,
        "floppy" => MediaType.Floppy,
        _ => null,
    };

    private static string Name(MediaType type) => type switch
    {
        MediaType.Cdrom => "CD",
        MediaType.Floppy => "floppy",
        _ => "disk",
    };

    private static VirtualMediaDevice ToApi(Driver.V1.VirtualMediaDevice device)
    {
        var shown = new VirtualMediaDevice { MediaTypes = { device.MediaTypes } };
        if (device.HasInserted)
            shown.Inserted = device.Inserted;
        if (device.HasImage)
            shown.Image = device.Image;
        return shown;
    }

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
