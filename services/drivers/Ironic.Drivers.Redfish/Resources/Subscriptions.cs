using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>What somebody subscribes to, checked.</summary>
/// <param name="Destination">Where events are sent.</param>
/// <param name="EventTypes">Which ones; null: alerts.</param>
/// <param name="Body">What the controller is sent.</param>
internal sealed record SubscriptionArguments(string Destination, IReadOnlyList<string>? EventTypes, JsonObject Body)
{
    /// <exception cref="InvalidParameterException">An argument is missing or wrong.</exception>
    public static SubscriptionArguments Read(JsonMap arguments)
    {
        var types = ReadEventTypes(arguments);
        var context = ReadText(arguments, "Context", "", "is not a valid string");
        var protocol = ReadText(arguments, "Protocol", "Redfish", "is not a string");
        var headers = Find(arguments, "HttpHeaders");
        if (headers is { ValueKind: not JsonValueKind.Array })
            throw new InvalidParameterException("HttpHeaders is not a list of headers");
        var destination = Find(arguments, nameof(Destination));
        if (destination?.ReadText() is not { } address || !Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || address.Any(char.IsWhiteSpace))
            throw new InvalidParameterException($"Destination {(destination is { } given ? given.ToString() : "None")} is not a valid URI");
        var body = new JsonObject
        {
            [nameof(Destination)] = address,
            ["Protocol"] = protocol,
            ["Context"] = context,
            [nameof(EventTypes)] = new JsonArray([.. (types ?? ["Alert"]).Select(type => JsonValue.Create(type))]),
        };
        if (headers is { } list && list.GetArrayLength() > 0)
            body["HttpHeaders"] = JsonArray.Create(list);
        return new SubscriptionArguments(address, types, body);
    }

    private static JsonElement? Find(JsonMap arguments, string name) => arguments.TryGet(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string ReadText(JsonMap arguments, string name, string byDefault, string problem) => Find(arguments, name) switch
    {
        null => byDefault,
        { ValueKind: JsonValueKind.String } value => value.ReadText() ?? "",
        { } other => throw new InvalidParameterException($"{name} {other} {problem}"),
    };

    private static List<string>? ReadEventTypes(JsonMap arguments)
    {
        if (Find(arguments, nameof(EventTypes)) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.Array || value.EnumerateArray().Any(item => item.ReadText() is null))
            throw new InvalidParameterException($"EventTypes {value} is not a valid value; it must be a list of the controller's event types.");
        return [.. value.EnumerateArray().Select(item => item.ReadText()!)];
    }
}

/// <summary>The subscriptions to the events of a controller.</summary>
internal static class Subscriptions
{
    private static readonly string[] CommonFields = ["Id", "Context", "Protocol", "Destination", "EventTypes"];

    /// <returns>What all controllers say of a subscription.</returns>
    /// <exception cref="InvalidParameterException">The controller has no such event types.</exception>
    /// <exception cref="UnsupportedOperationException">The controller has no event service.</exception>
    public static async Task<JsonObject> CreateAsync(RedfishConnection connection, SubscriptionArguments arguments)
    {
        var service = await FindServiceAsync(connection);
        var allowed = service.Json.Texts("EventTypesForSubscription");
        if (arguments.EventTypes is { } types && allowed.Count > 0 && types.Except(allowed, StringComparer.Ordinal).Any())
            throw new InvalidParameterException($"EventTypes {string.Join(", ", types)} is not a valid value, allowed values {string.Join(", ", allowed)}");
        var response = await connection.PostAsync(service.RequireLink("Subscriptions"), arguments.Body);
        if (response.Body is { } made && made.Text("Id") is not null)
            return Filter(made);
        var location = response.Location ?? throw new PermanentFailureException("The controller has made a subscription, but says not where it is.");
        return Filter((await connection.GetAsync(location)).Json);
    }

    /// <exception cref="PermanentFailureException">There is no such subscription.</exception>
    public static async Task DeleteAsync(RedfishConnection connection, string id) => await connection.DeleteAsync((await FindAsync(connection, id)).Path);

    /// <summary>The collection as the controller has it.</summary>
    public static async Task<JsonNode> ListAsync(RedfishConnection connection)
    {
        var collection = await connection.GetAsync((await FindServiceAsync(connection)).RequireLink("Subscriptions"));
        return JsonObject.Create(collection.Json)!;
    }

    /// <inheritdoc cref="CreateAsync"/>
    public static async Task<JsonObject> GetAsync(RedfishConnection connection, string id) => Filter((await FindAsync(connection, id)).Json);

    private static async Task<RedfishResource> FindServiceAsync(RedfishConnection connection)
    {
        var root = await connection.GetRootAsync();
        return await connection.GetAsync(root.RequireLink("EventService"));
    }

    private static async Task<RedfishResource> FindAsync(RedfishConnection connection, string id)
    {
        var collection = (await FindServiceAsync(connection)).RequireLink("Subscriptions");
        try
        {
            return await connection.GetAsync($"{collection.TrimEnd('/')}/{Uri.EscapeDataString(id)}");
        }
        catch (RedfishRefusedException refused) when (refused.Status == HttpStatusCode.NotFound)
        {
            throw new PermanentFailureException($"The controller has no subscription {id}.", refused);
        }
    }

    private static JsonObject Filter(JsonElement subscription)
    {
        var filtered = new JsonObject();
        foreach (var name in CommonFields)
        {
            if (subscription.TryGetProperty(name, out var value))
                filtered[name] = JsonNode.Parse(value.GetRawText());
        }

        return filtered;
    }
}
