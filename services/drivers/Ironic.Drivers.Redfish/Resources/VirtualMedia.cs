using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>The virtual drives of machines.</summary>
internal sealed class VirtualMedia(TaskWaiter tasks, IOptions<RedfishOptions> options)
{
    private const string InsertAction = "VirtualMedia.InsertMedia";
    private const string EjectAction = "VirtualMedia.EjectMedia";

    /// <summary>What a drive must be able to be, to be used as a type.</summary>
    public static IReadOnlyList<string> MediaTypes(VirtualMediaType type) => type switch
    {
        VirtualMediaType.Cdrom => ["CD", "DVD"],
        VirtualMediaType.Disk => ["USBStick"],
        _ => ["Floppy"],
    };

    /// <summary>The drives of a machine: its own, or else those of its managers.</summary>
    /// <exception cref="UnsupportedOperationException">The controller has no virtual drives.</exception>
    public static async Task<IReadOnlyList<RedfishResource>> FindAsync(RedfishSystem system) => await FindAllAsync(system) is { Count: > 0 } found
        ? found
        : throw new UnsupportedOperationException($"The controller of the machine {system.Resource} has no virtual media.");

    /// <summary>Whether an image is in a drive; null: the controller does not say.</summary>
    public static bool? IsInserted(RedfishResource drive) => drive.Json.Flag("Inserted");

    /// <summary>Puts an image into a drive of a type. One that is in one already stays there.</summary>
    /// <exception cref="InvalidParameterException">The machine has no drive of the type.</exception>
    /// <exception cref="HardwarePreconditionException">There is something in all of them.</exception>
    public async Task AttachAsync(RedfishSystem system, VirtualMediaType type, string imageUrl)
    {
        var drives = (await FindAsync(system)).Where(drive => drive.Json.Texts("MediaTypes").Intersect(MediaTypes(type)).Any()).ToList();
        if (drives.Count == 0)
            throw new InvalidParameterException($"The machine {system.Resource} has no virtual drive of the type {type}.");
        if (drives.Any(drive => IsInserted(drive) == true && drive.Json.Text("Image") == imageUrl))
            return;
        var free = drives.Find(drive => IsInserted(drive) != true)
            ?? throw new HardwarePreconditionException($"There is an image already in each virtual drive of the type {type} of the machine {system.Resource}.");
        await tasks.WaitAsync(system.Connection, await InsertAsync(system.Connection, free, imageUrl), options.Value.RequestTimeout * 2);
    }

    /// <summary>Takes images out of drives that can be one of the given media; a drive that is empty is no error.</summary>
    /// <param name="system">The machine.</param>
    /// <param name="mediaTypes">Empty: all drives.</param>
    public async Task DetachAsync(RedfishSystem system, IReadOnlyList<string> mediaTypes) =>
        await EjectAsync(system, await FindAsync(system), mediaTypes, mayBeFull: _ => true);

    /// <summary>Sees to it that there is no image in any CD drive. A controller without such drives has none.</summary>
    public async Task EjectCdAsync(RedfishSystem system) =>
        await EjectAsync(system, await FindAllAsync(system), MediaTypes(VirtualMediaType.Cdrom), mayBeFull: drive => drive.Json.Text("Image") is { Length: > 0 });

    /// <param name="mayBeFull">Whether there may be an image in a drive of which the controller does not say whether there is. Some refuse to eject what is empty.</param>
    private async Task EjectAsync(RedfishSystem system, IReadOnlyList<RedfishResource> drives, IReadOnlyList<string> mediaTypes, Func<RedfishResource, bool> mayBeFull)
    {
        foreach (var drive in drives)
        {
            if (mediaTypes.Count > 0 && !drive.Json.Texts("MediaTypes").Intersect(mediaTypes).Any())
                continue;
            if (IsInserted(drive) ?? mayBeFull(drive))
                await tasks.WaitAsync(system.Connection, await EjectAsync(system.Connection, drive), options.Value.RequestTimeout * 2);
        }
    }

    private static async Task<IReadOnlyList<RedfishResource>> FindAllAsync(RedfishSystem system)
    {
        var found = await system.Connection.GetMembersAsync(system.Resource.Json.Link("VirtualMedia"));
        if (found.Count > 0)
            return found;
        var ofManagers = new List<RedfishResource>();
        foreach (var manager in await system.GetManagersAsync())
            ofManagers.AddRange(await system.Connection.GetMembersAsync(manager.Json.Link("VirtualMedia")));
        return ofManagers;
    }

    private static async Task<RedfishResponse> InsertAsync(RedfishConnection connection, RedfishResource drive, string imageUrl)
    {
        var body = Describe(imageUrl, out var protocol);
        if (drive.FindAction(InsertAction) is not { } action)
            return await connection.PatchAsync(drive, body);
        try
        {
            return await connection.PostAsync(action, body);
        }
        catch (RedfishRefusedException refused) when ((int)refused.Status == 400 && protocol is not null)
        {
            // Some want to be told what the address says already.
            var more = (JsonObject)body.DeepClone();
            more["TransferProtocolType"] = protocol;
            more["TransferMethod"] = "Stream";
            return await connection.PostAsync(action, more);
        }
    }

    private static JsonObject Describe(string imageUrl, out string? protocol)
    {
        var body = new JsonObject { ["Image"] = imageUrl, ["Inserted"] = true, ["WriteProtected"] = true };
        protocol = null;
        if (!Uri.TryCreate(imageUrl, UriKind.Absolute, out var uri))
            return body;
        protocol = uri.Scheme.ToUpperInvariant();
        if (uri.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, ..] parts)
            return body;
        body["Image"] = new UriBuilder(uri) { UserName = "", Password = "" }.Uri.AbsoluteUri;
        body["UserName"] = Uri.UnescapeDataString(user);
        if (parts.Length > 1)
            body["Password"] = Uri.UnescapeDataString(parts[1]);
        return body;
    }

    private static Task<RedfishResponse> EjectAsync(RedfishConnection connection, RedfishResource drive) => drive.FindAction(EjectAction) is { } action
        ? connection.PostAsync(action, [])
        : connection.PatchAsync(drive, new JsonObject { ["Image"] = null, ["Inserted"] = false });
}
