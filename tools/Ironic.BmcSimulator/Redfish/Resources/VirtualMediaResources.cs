using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>VirtualMedia: of the system, or of the manager in services that are older.</summary>
internal static class VirtualMediaResources
{
    private static readonly string[] Protocols = ["HTTP", "HTTPS", "NFS", "CIFS", "FTP", "SFTP", "SCP", "TFTP", "OEM"];

    public static RouteTable AddVirtualMedia(this RouteTable routes)
    {
        foreach (var (owner, place) in ((string, MediaPlace)[])[("Systems", MediaPlace.System), ("Managers", MediaPlace.Manager)])
        {
            routes
                .Add($"{owner}/{{server}}/VirtualMedia", get: If(place, GetAll))
                .Add($"{owner}/{{server}}/VirtualMedia/*", get: If(place, Get), patch: If(place, Patch))
                .Add($"{owner}/{{server}}/VirtualMedia/*/Actions/VirtualMedia.InsertMedia", post: If(place, Insert))
                .Add($"{owner}/{{server}}/VirtualMedia/*/Actions/VirtualMedia.EjectMedia", post: If(place, Eject));
        }

        return routes;
    }

    /// <summary>A handler of paths that only some services have.</summary>
    private static Func<RedfishRequest, RedfishResponse> If(MediaPlace place, Func<RedfishRequest, RedfishResponse> handler) =>
        request => request.Behaviour.Media.HasFlag(place) ? handler(request) : throw RedfishException.NotFound(request.Path);

    private static VirtualMediaSlot Find(RedfishRequest request) =>
        request.Server.MediaSlots.FirstOrDefault(slot => slot.Id == request.Values[0]) ?? throw RedfishException.NotFound(request.Path);

    private static RedfishResponse GetAll(RedfishRequest request) =>
        Json.Collection(request, "VirtualMedia", "Virtual Media", [.. request.Server.MediaSlots.Select(slot => $"{request.Path}/{slot.Id}")]);

    private static RedfishResponse Get(RedfishRequest request)
    {
        var slot = Find(request);
        // A change is answered by the resource, too: then the path is that of the resource as well.
        var path = request.Path;
        var media = Json.Resource(path, "VirtualMedia.v1_6_1.VirtualMedia", slot.Id, $"Virtual {slot.Id}");
        media["MediaTypes"] = Json.Texts(slot.MediaTypes);
        media["Image"] = slot.Image;
        media["ImageName"] = slot.Image is null ? null : slot.Image[(slot.Image.LastIndexOf('/') + 1)..];
        media["Inserted"] = slot.Inserted;
        media["WriteProtected"] = slot.WriteProtected;
        media["ConnectedVia"] = slot.Image is null ? "NotConnected" : "URI";
        media["UserName"] = slot.UserName;
        media["Password"] = null;
        media["VerifyCertificate"] = slot.VerifyCertificate;
        media["Status"] = Json.Status();
        media["Actions"] = new JsonObject
        {
            ["#VirtualMedia.InsertMedia"] = new JsonObject { ["target"] = $"{path}/Actions/VirtualMedia.InsertMedia", ["TransferProtocolType@Redfish.AllowableValues"] = Json.Texts(Protocols) },
            ["#VirtualMedia.EjectMedia"] = new JsonObject { ["target"] = $"{path}/Actions/VirtualMedia.EjectMedia" },
        };
        return RedfishResponse.Ok(media);
    }

    private static RedfishResponse Patch(RedfishRequest request)
    {
        request.AllowOnly("Image", "Inserted", "WriteProtected", "UserName", "Password", "VerifyCertificate", "TransferProtocolType", "TransferMethod");
        var slot = Find(request);
        slot.VerifyCertificate = request.Flag("VerifyCertificate") ?? slot.VerifyCertificate;
        if (request.Body.ContainsKey("Image"))
        {
            if (request.Text("Image") is { } image)
                Fill(request, slot, image);
            else
                Empty(request, slot);
        }

        return Get(request);
    }

    private static RedfishResponse Insert(RedfishRequest request)
    {
        var slot = Find(request);
        var image = request.RequiredText("Image");
        if (request.Behaviour.RequireTransferProtocol && request.Text("TransferProtocolType") is null)
            throw new RedfishException(400, "ActionParameterMissing", "The action InsertMedia requires the parameter TransferProtocolType.") { Property = "TransferProtocolType" };
        if (slot.Image is not null)
            throw new RedfishException(409, "ResourceInUse", "There are media in the drive already; eject them first.");
        Fill(request, slot, image);
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse Eject(RedfishRequest request)
    {
        var slot = Find(request);
        Empty(request, slot);
        return RedfishResponse.NoContent;
    }

    private static void Fill(RedfishRequest request, VirtualMediaSlot slot, string image)
    {
        request.Word("TransferProtocolType", Protocols);
        // A Windows share is written as a path.
        if (!Uri.TryCreate(image, UriKind.Absolute, out _) && !image.StartsWith("//", StringComparison.Ordinal))
            throw RedfishException.Invalid("Image", image);
        var (inserted, writeProtected, user) = (request.Flag("Inserted") ?? true, request.Flag("WriteProtected") ?? true, request.Text("UserName"));
        (slot.Image, slot.Inserted, slot.WriteProtected, slot.UserName) = (image, inserted, writeProtected, user);
        request.Server.Publish(new MachineEvent(MachineEventKind.MediaChanged, request.Server, image));
    }

    private static void Empty(RedfishRequest request, VirtualMediaSlot slot)
    {
        if (slot.Image is null)
            return;
        slot.Eject();
        request.Server.Publish(new MachineEvent(MachineEventKind.MediaChanged, request.Server, ""));
    }
}
