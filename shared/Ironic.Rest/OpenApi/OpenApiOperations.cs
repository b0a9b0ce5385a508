using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Ironic.Rest.Plans;
using Ironic.Rest.Requests;
using Ironic.Rest.Streams;
using Ironic.Rest.V1;
using Ironic.Rest.Versions;

namespace Ironic.Rest.OpenApi;

/// <summary>Writes routes as OpenAPI operations.</summary>
internal sealed class OpenApiOperations(int version, ContractComments comments, SchemaComponents schemas)
{
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);

    public JsonObject Write(RoutePlan route, MethodDescriptor method)
    {
        var operation = new JsonObject
        {
            ["operationId"] = UniqueId(route, method),
            ["tags"] = new JsonArray(method.Service.Name[..^"Service".Length]),
        };
        if (comments.Find(method.FullName) is { } comment)
        {
            operation["summary"] = FirstSentence(comment);
            operation["description"] = comment;
        }

        if (method.GetOptions()?.GetExtension(RestExtensions.Method) is { } rule)
        {
            if (rule.Policy.Length > 0)
                operation["x-policy"] = rule.Policy;
            if (rule.Since > Microversion.Minimum)
                operation["x-since"] = Microversion.Text((int)rule.Since);
        }

        operation["parameters"] = Parameters(route);
        if (Body(route) is { } body)
            operation["requestBody"] = body;
        operation["responses"] = Responses(route);
        return operation;
    }

    private static string FirstSentence(string comment)
    {
        var end = comment.AsSpan().IndexOfAny('\n', '.');
        return end < 0 ? comment : comment[..end];
    }

    private static JsonObject JsonContent(JsonObject schema) => new() { ["application/json"] = new JsonObject { ["schema"] = schema } };

    // A method may have several paths and verbs.
    private string UniqueId(RoutePlan route, MethodDescriptor method)
    {
        var id = route.IsDetail ? method.Name + "Detail" : method.Name;
        if (_ids.Add(id))
            return id;
        id = method.Name + CultureInfo.InvariantCulture.TextInfo.ToTitleCase(route.Verb.ToLowerInvariant());
        for (var number = 2; !_ids.Add(id); number++)
            id = string.Create(CultureInfo.InvariantCulture, $"{method.Name}{number}");
        return id;
    }

    private JsonArray Parameters(RoutePlan route)
    {
        var parameters = new JsonArray();
        foreach (var field in route.PathFields)
            parameters.Add(Parameter(field.ContractName, "path", schemas.Accepted(field, isNullable: false), isRequired: true));
        // Parameters of a body may stand in the query, too; they are documented where they belong.
        if (route.Body != BodyKind.Parameters)
        {
            foreach (var field in route.Parameters.Values.Where(f => f.IsVisible(version)).OrderBy(f => f.Number))
                parameters.Add(QueryParameter(field));
        }

        if (route.CanTakeFields && version >= route.Method.Rule.FieldsSince)
            parameters.Add(FieldsParameter(route));
        if (route.CanTakeDetail && version >= route.Method.Rule.DetailSince)
            parameters.Add(Parameter("detail", "query", new JsonObject { ["type"] = "boolean", ["description"] = "Show every field." }, isRequired: false));
        if (route.Method.IsCreation)
            parameters.Add(IdempotencyKeyParameter());
        if (route.Method is { IsStream: true, Cursor: not null })
            parameters.Add(LastEventIdParameter());
        parameters.Add(new JsonObject { ["$ref"] = "#/components/parameters/Version" });
        return parameters;
    }

    private static JsonObject IdempotencyKeyParameter() => Parameter(
        IdempotencyKey.Header,
        "header",
        new JsonObject
        {
            ["type"] = "string",
            ["minLength"] = 1,
            ["maxLength"] = IdempotencyKey.MaximumLength,
            ["pattern"] = "^[!-~]+$",
            ["description"] = "A text of the caller's choice. A request with the same key and the same content creates nothing more and gets the first one's answer.",
        },
        isRequired: false);

    private static JsonObject LastEventIdParameter() => Parameter(
        LastEventId.Header,
        "header",
        new JsonObject { ["type"] = "string", ["description"] = "The id of the last event that was seen: the stream goes on behind it. It goes before the parameter in the query." },
        isRequired: false);

    private JsonObject QueryParameter(FieldPlan field)
    {
        var schema = schemas.Accepted(field, isNullable: false);
        switch (field.Rule.Role)
        {
            case Role.Limit:
                schema["minimum"] = 1;
                break;
            case Role.SortDir:
                schema["enum"] = new JsonArray("asc", "desc");
                break;
        }

        var parameter = Parameter(field.Name, "query", schema, field.IsRequired);
        if (field.IsList)
            (parameter["style"], parameter["explode"]) = ("form", false);
        return parameter;
    }

    private JsonObject FieldsParameter(RoutePlan route)
    {
        var names = route.Resource!.FullView(version).Fields.Select(field => (JsonNode)field.Name).ToArray();
        var parameter = Parameter(
            "fields",
            "query",
            new JsonObject { ["type"] = "array", ["items"] = new JsonObject { ["type"] = "string", ["enum"] = new JsonArray(names) } },
            isRequired: false);
        parameter["description"] = "Show only these fields.";
        (parameter["style"], parameter["explode"]) = ("form", false);
        return parameter;
    }

    private static JsonObject Parameter(string name, string place, JsonObject schema, bool isRequired)
    {
        var parameter = new JsonObject { ["name"] = name, ["in"] = place };
        if (isRequired)
            parameter["required"] = true;
        if (schema.Remove("description", out var description))
            parameter["description"] = description;
        parameter["schema"] = schema;
        return parameter;
    }

    private JsonObject? Body(RoutePlan route)
    {
        // OpenAPI gives no meaning to the body of these, though the server reads it.
        if (route.Body == BodyKind.None || route.Verb is "GET" or "HEAD")
            return null;
        var (schema, isRequired) = route.Body switch
        {
            BodyKind.Parameters => (schemas.RequestSchema(route.Parameters.Values.OrderBy(f => f.Number)), route.RequiredParameters.Length > 0),
            BodyKind.Message => (schemas.Create(route.BodyField!.Message!), true),
            BodyKind.List => (new JsonObject { ["type"] = "array", ["items"] = schemas.Request(route.BodyField!.Message!) }, true),
            BodyKind.Json => (schemas.Accepted(route.BodyField!, isNullable: !route.BodyField!.IsRequired), route.BodyField!.IsRequired),
            _ => throw new ContractException($"{route.Method.Name} has a body without a schema."),
        };
        return new JsonObject { ["required"] = isRequired, ["content"] = JsonContent(schema) };
    }

    private JsonObject Responses(RoutePlan route)
    {
        var success = new JsonObject { ["description"] = "Success." };
        if (route.Method.IsStream)
            success = StreamResponse(route);
        else if (route.Method.SuccessStatus != 204 && ResponseSchema(route) is { } schema)
            success["content"] = JsonContent(schema);
        if (route.Location is not null)
            success["headers"] = new JsonObject { ["Location"] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "uri" } } };
        var responses = new JsonObject { [route.Method.SuccessStatus.ToString(CultureInfo.InvariantCulture)] = success };
        if (route.Method.Accepted is not null)
            responses["202"] = new JsonObject { ["description"] = "Accepted; the work goes on after this answer." };
        responses["4XX"] = new JsonObject { ["$ref"] = "#/components/responses/ClientError" };
        responses["5XX"] = new JsonObject { ["$ref"] = "#/components/responses/ServerError" };
        return responses;
    }

    // OpenAPI 3.1 has no schema for the items of a stream, 3.2 has.
    private JsonObject StreamResponse(RoutePlan route) => new()
    {
        ["description"] = "Server-sent events, without an end. The data of each is one JSON document, of the schema in x-item-schema; its id is where a stream goes on behind it. " +
            "An event without data only has an id. One of the type error is the last one; its data is of the schema Error.",
        ["content"] = new JsonObject
        {
            [EventStream.MediaType] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" }, ["x-item-schema"] = ResponseSchema(route) },
        },
    };

    private JsonObject? ResponseSchema(RoutePlan route)
    {
        if (route.ResponseBody is { } body)
            return schemas.Shown(body);
        if (route.Method.List is { } list)
            return ListSchema(route, list);
        return route.Method.Response.Fields.Length == 0 ? null : schemas.Response(route.Method.Response);
    }

    private JsonObject ListSchema(RoutePlan route, FieldPlan list)
    {
        var message = list.Message!;
        var item = route.IsDetail ? schemas.Response(message) : schemas.Summary(message);
        if (!route.IsDetail && (route.CanTakeFields || route.CanTakeDetail) && message.Resource is { Summary.Length: > 0 })
            item = new JsonObject { ["anyOf"] = new JsonArray(item, schemas.Response(message)) };
        var properties = new JsonObject { [list.Name] = new JsonObject { ["type"] = "array", ["items"] = item } };
        if (route.Method.NextMarker is not null)
        {
            properties["next"] = new JsonObject
            {
                ["type"] = "string",
                ["format"] = "uri",
                ["description"] = "The next page. Present only on a full page.",
            };
        }

        return new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = new JsonArray(list.Name) };
    }
}
