using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish.Resources;

/// <summary>EventService and its Subscriptions.</summary>
internal static class EventResources
{
    private const string SubscriptionsPath = $"{Json.Root}/EventService/Subscriptions";

    private static readonly string[] Types = ["StatusChange", "ResourceUpdated", "ResourceAdded", "ResourceRemoved", "Alert", "MetricReport", "Other"];

    public static RouteTable AddEvents(this RouteTable routes) => routes
        .Add("EventService", get: GetService)
        .Add("EventService/Actions/EventService.SubmitTestEvent", post: SubmitTestEvent)
        .Add("EventService/Subscriptions", get: GetSubscriptions, post: Subscribe)
        .Add("EventService/Subscriptions/*", get: GetSubscription, delete: Unsubscribe);

    private static RedfishResponse GetService(RedfishRequest request)
    {
        var service = Json.Resource(request.Path, "EventService.v1_10_0.EventService", "EventService", "Event Service");
        service["ServiceEnabled"] = true;
        service["DeliveryRetryAttempts"] = 0;
        service["DeliveryRetryIntervalSeconds"] = 60;
        service["EventTypesForSubscription"] = Json.Texts(Types);
        service["Status"] = Json.Status();
        service["Subscriptions"] = Json.Link(SubscriptionsPath);
        service["Actions"] = new JsonObject
        {
            ["#EventService.SubmitTestEvent"] = new JsonObject { ["target"] = $"{request.Path}/Actions/EventService.SubmitTestEvent", ["EventType@Redfish.AllowableValues"] = Json.Texts(Types) },
        };
        return RedfishResponse.Ok(service);
    }

    private static RedfishResponse GetSubscriptions(RedfishRequest request) =>
        Json.Collection(request, "EventDestination", "Subscriptions", [.. request.Service.Subscriptions.All.Select(subscription => $"{SubscriptionsPath}/{subscription.Id}")]);

    private static RedfishResponse Subscribe(RedfishRequest request)
    {
        var destination = request.RequiredText("Destination");
        if (!Uri.TryCreate(destination, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw RedfishException.Invalid("Destination", destination);
        request.Word("Protocol", ["Redfish"]);
        var types = request.Texts("EventTypes");
        if (types.FirstOrDefault(type => !Types.Contains(type)) is { } unknown)
            throw RedfishException.Invalid("EventTypes", unknown);
        var subscription = request.Service.Subscriptions.Add(uri, request.Text("Context"), types, ReadHeaders(request));
        return RedfishResponse.Created(Describe(subscription));
    }

    /// <summary>The headers that its events are to carry: an object, or a list of them.</summary>
    private static Dictionary<string, string> ReadHeaders(RedfishRequest request)
    {
        var headers = new Dictionary<string, string>();
        IEnumerable<JsonNode?> given = request.Body["HttpHeaders"] switch
        {
            null => [],
            JsonArray list => list,
            var one => [one],
        };
        foreach (var entry in given)
        {
            foreach (var (name, value) in entry as JsonObject ?? throw RedfishException.WrongType("HttpHeaders"))
                headers[name] = Json.TextOf(value) ?? throw RedfishException.WrongType("HttpHeaders");
        }

        return headers;
    }

    private static Subscription Find(RedfishRequest request) =>
        request.Service.Subscriptions.All.FirstOrDefault(subscription => subscription.Id == request.Values[0]) ?? throw RedfishException.NotFound(request.Path);

    private static RedfishResponse GetSubscription(RedfishRequest request) => RedfishResponse.Ok(Describe(Find(request)));

    private static RedfishResponse Unsubscribe(RedfishRequest request)
    {
        request.Service.Subscriptions.Remove(Find(request).Id);
        return RedfishResponse.NoContent;
    }

    private static RedfishResponse SubmitTestEvent(RedfishRequest request)
    {
        request.Service.Subscriptions.Send(
            request.Word("EventType", Types) ?? "Alert",
            request.Text("MessageId") ?? "ResourceEvent.1.3.TestMessage",
            request.Text("Message") ?? "A test event.",
            request.Text("OriginOfCondition") ?? request.Path);
        return RedfishResponse.NoContent;
    }

    private static JsonObject Describe(Subscription subscription)
    {
        var body = Json.Resource($"{SubscriptionsPath}/{subscription.Id}", "EventDestination.v1_13_2.EventDestination", subscription.Id, $"Subscription {subscription.Id}");
        body["Destination"] = subscription.Destination.OriginalString;
        body["Context"] = subscription.Context;
        body["Protocol"] = "Redfish";
        body["SubscriptionType"] = "RedfishEvent";
        body["EventTypes"] = Json.Texts(subscription.EventTypes);
        // Their values may be secrets.
        body["HttpHeaders"] = new JsonArray();
        body["Status"] = Json.Status();
        return body;
    }
}
