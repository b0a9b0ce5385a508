using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>ServiceRoot, and SessionService with its Sessions.</summary>
internal static class RootResources
{
    private const string SessionsPath = $"{Json.Root}/SessionService/Sessions";

    public static RouteTable AddRoot(this RouteTable routes) => routes
        .Add("", get: GetRoot, open: true)
        .Add("SessionService", get: GetSessionService)
        .Add("SessionService/Sessions", get: GetSessions, post: OpenSession, open: true)
        .Add("SessionService/Sessions/Members", post: OpenSession, open: true)
        .Add("SessionService/Sessions/*", get: GetSession, delete: CloseSession);

    private static RedfishResponse GetRoot(RedfishRequest request)
    {
        var root = Json.Resource($"{Json.Root}/", "ServiceRoot.v1_15_0.ServiceRoot", "RootService", "Root Service");
        root["RedfishVersion"] = "1.17.0";
        root["UUID"] = request.Service.Uuid.ToString();
        root["Product"] = request.Behaviour.Dell ? "Integrated Dell Remote Access Controller" : "Simulated management controller";
        root["Vendor"] = request.Behaviour.Dell ? "Dell" : "Simulator";
        root["ProtocolFeaturesSupported"] = new JsonObject
        {
            ["ExcerptQuery"] = false,
            ["FilterQuery"] = false,
            ["OnlyMemberQuery"] = false,
            ["SelectQuery"] = false,
            ["ExpandQuery"] = new JsonObject { ["ExpandAll"] = false, ["Levels"] = false, ["Links"] = false, ["NoLinks"] = false },
        };
        foreach (var name in (ReadOnlySpan<string>)["Systems", "Managers", "Chassis", "SessionService", "UpdateService", "EventService", "Registries"])
            root[name] = Json.Link($"{Json.Root}/{name}");
        root["Tasks"] = Json.Link($"{Json.Root}/TaskService");
        root["Links"] = new JsonObject { ["Sessions"] = Json.Link(SessionsPath) };
        if (request.Behaviour.Dell)
            root["Oem"] = new JsonObject { ["Dell"] = new JsonObject { ["ServiceTag"] = request.Service.Only?.Serial ?? "" } };
        return RedfishResponse.Ok(root);
    }

    private static RedfishResponse GetSessionService(RedfishRequest request)
    {
        var service = Json.Resource(request.Path, "SessionService.v1_1_9.SessionService", "SessionService", "Session Service");
        service["ServiceEnabled"] = true;
        service["SessionTimeout"] = (int)request.Behaviour.SessionTimeout.TotalSeconds;
        service["Status"] = Json.Status();
        service["Sessions"] = Json.Link(SessionsPath);
        return RedfishResponse.Ok(service);
    }

    private static RedfishResponse GetSessions(RedfishRequest request)
    {
        // The collection is open for POST, which is how one logs in; to read it one must have done so.
        RedfishAuthentication.Require(request);
        return Json.Collection(request, "Session", "Sessions", [.. request.Service.Sessions.All.Select(session => $"{SessionsPath}/{session.Id}")]);
    }

    private static RedfishResponse OpenSession(RedfishRequest request)
    {
        var (user, password) = (request.RequiredText("UserName"), request.RequiredText("Password"));
        if (request.CredentialsAreWrong || !request.Service.Credentials.Match(user, password))
        {
            request.Service.Counters.AuthenticationFailed();
            throw RedfishAuthentication.Failure();
        }

        var session = request.Service.Sessions.Open(user, request.SessionsAreFull);
        return RedfishResponse.Created(Describe(session)) with { Token = session.Token };
    }

    private static RedfishResponse GetSession(RedfishRequest request) =>
        request.Service.Sessions.All.FirstOrDefault(session => session.Id == request.Values[0]) is { } session
            ? RedfishResponse.Ok(Describe(session))
            : throw RedfishException.NotFound(request.Path);

    private static RedfishResponse CloseSession(RedfishRequest request) =>
        request.Service.Sessions.Close(request.Values[0]) ? RedfishResponse.NoContent : throw RedfishException.NotFound(request.Path);

    private static JsonObject Describe(RedfishSession session)
    {
        var body = Json.Resource($"{SessionsPath}/{session.Id}", "Session.v1_6_0.Session", session.Id, "User Session");
        body["UserName"] = session.User;
        body["CreatedTime"] = Json.Time(session.CreatedAt);
        return body;
    }
}
