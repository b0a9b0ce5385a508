namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>TaskService, its tasks and their monitors.</summary>
internal static class TaskResources
{
    public static RouteTable AddTasks(this RouteTable routes) => routes
        .Add("TaskService", get: GetService)
        .Add("TaskService/Tasks", get: request => Json.Collection(request, "Task", "Tasks", [.. request.Service.Tasks.All.Select(task => task.Path)]))
        .Add("TaskService/Tasks/*", get: GetTask, delete: RemoveTask)
        .Add("TaskService/TaskMonitors/*", get: Monitor);

    /// <summary>The answer to a request whose work goes on: 202, the task, and where it is watched.</summary>
    public static RedfishResponse Accepted(RedfishService service, RedfishTask task)
    {
        var body = task.ToJson(service.Time.GetUtcNow());
        // Clients take the body's own path for the monitor when it has one.
        body["@odata.id"] = task.Monitor;
        return new RedfishResponse(202, body) { Location = task.Monitor, RetryAfter = service.Behaviour.TaskRetryAfter };
    }

    private static RedfishResponse GetService(RedfishRequest request)
    {
        var service = Json.Resource(request.Path, "TaskService.v1_2_0.TaskService", "TaskService", "Task Service");
        service["ServiceEnabled"] = true;
        service["DateTime"] = Json.Time(request.Service.Time.GetUtcNow());
        service["Status"] = Json.Status();
        service["Tasks"] = Json.Link($"{request.Path}/Tasks");
        return RedfishResponse.Ok(service);
    }

    private static RedfishTask Find(RedfishRequest request) => request.Service.Tasks.Find(request.Values[0]) ?? throw RedfishException.NotFound(request.Path);

    private static RedfishResponse GetTask(RedfishRequest request) => RedfishResponse.Ok(Find(request).ToJson(request.Service.Time.GetUtcNow()));

    private static RedfishResponse RemoveTask(RedfishRequest request)
    {
        if (!Find(request).IsOver)
            throw RedfishException.Conflict("The task is not over.");
        request.Service.Tasks.Remove(request.Values[0]);
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse Monitor(RedfishRequest request)
    {
        var task = Find(request);
        if (!task.IsOver)
            return Accepted(request.Service, task);
        if (task.Failure is { } failure)
            throw new RedfishException(400, "GeneralError", failure);
        return RedfishResponse.Ok(task.ToJson(request.Service.Time.GetUtcNow())) with { Location = task.Result };
    }
}
