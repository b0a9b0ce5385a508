using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>Dell's own: the job queue and the reset to defaults of an iDRAC.</summary>
internal static class DellResources
{
    public static RouteTable AddDell(this RouteTable routes) => routes
        .Add("Managers/{server}/Oem/Dell/DellJobService", get: GetJobService)
        .Add("Managers/{server}/Oem/Dell/DellJobService/Actions/DellJobService.DeleteJobQueue", post: DeleteJobQueue)
        .Add("Managers/{server}/Oem/Dell/DellLCService", get: GetLifecycleService)
        .Add("Managers/{server}/Oem/Dell/DellLCService/Actions/DellLCService.GetRemoteServicesAPIStatus", post: GetStatus)
        .Add("Managers/{server}/Oem/Dell/Jobs", get: GetJobs)
        .Add("Managers/{server}/Actions/Oem/DellManager.ResetToDefaults", post: ResetToDefaults);

    public static void Extend(JsonObject manager, string path)
    {
        manager["Links"]!["Oem"] = new JsonObject
        {
            ["Dell"] = new JsonObject
            {
                ["@odata.type"] = "#DellOem.v1_3_0.DellOemLinks",
                ["DellJobService"] = Json.Link($"{path}/Oem/Dell/DellJobService"),
                ["DellLCService"] = Json.Link($"{path}/Oem/Dell/DellLCService"),
                ["Jobs"] = Json.Link($"{path}/Oem/Dell/Jobs"),
            },
        };
        manager["Actions"]!["Oem"] = new JsonObject
        {
            ["#DellManager.ResetToDefaults"] = new JsonObject
            {
                ["target"] = $"{path}/Actions/Oem/DellManager.ResetToDefaults",
                ["ResetType@Redfish.AllowableValues"] = new JsonArray("All", "ResetAllWithRootDefaults", "Default"),
            },
        };
    }

    private static void Require(RedfishRequest request)
    {
        if (!request.Behaviour.Dell)
            throw RedfishException.NotFound(request.Path);
    }

    private static RedfishResponse GetJobService(RedfishRequest request)
    {
        Require(request);
        var service = Json.Resource(request.Path, "DellJobService.v1_2_0.DellJobService", "DellJobService", "Job Service");
        service["Actions"] = new JsonObject { ["#DellJobService.DeleteJobQueue"] = new JsonObject { ["target"] = $"{request.Path}/Actions/DellJobService.DeleteJobQueue" } };
        return RedfishResponse.Ok(service);
    }

    private static RedfishResponse DeleteJobQueue(RedfishRequest request)
    {
        Require(request);
        var job = request.RequiredText("JobID");
        var tasks = request.Service.Tasks;
        var jobs = tasks.All.Where(task => task.Server == request.Server).ToList();
        if (job is "JID_CLEARALL" or "JID_CLEARALL_FORCE")
            jobs.ForEach(task => tasks.Remove(task.Id));
        else if (!jobs.Exists(task => $"JID_{task.Id}" == job) || !tasks.Remove(job["JID_".Length..]))
            throw RedfishException.Invalid("JobID", job);
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse GetJobs(RedfishRequest request)
    {
        Require(request);
        return Json.Collection(request, "DellJob", "Jobs", [.. request.Service.Tasks.All.Where(task => task.Server == request.Server).Select(task => $"{request.Path}/JID_{task.Id}")]);
    }

    private static RedfishResponse GetLifecycleService(RedfishRequest request)
    {
        Require(request);
        var service = Json.Resource(request.Path, "DellLCService.v1_5_0.DellLCService", "DellLCService", "Lifecycle Controller Service");
        service["Actions"] = new JsonObject { ["#DellLCService.GetRemoteServicesAPIStatus"] = new JsonObject { ["target"] = $"{request.Path}/Actions/DellLCService.GetRemoteServicesAPIStatus" } };
        return RedfishResponse.Ok(service);
    }

    private static RedfishResponse GetStatus(RedfishRequest request)
    {
        Require(request);
        return RedfishResponse.Ok(new JsonObject { ["LCStatus"] = "Ready", ["RTStatus"] = "Ready", ["ServerStatus"] = request.Server.Power.IsOn ? "OutOfPOST" : "PoweredOff", ["Status"] = "Ready" });
    }

    private static RedfishResponse ResetToDefaults(RedfishRequest request)
    {
        Require(request);
        request.Word("ResetType", ["All", "ResetAllWithRootDefaults", "Default"]);
        request.Server.ResetController();
        return RedfishResponse.NoContent;
    }
}
