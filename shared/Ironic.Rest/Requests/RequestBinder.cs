using System.Runtime.InteropServices;
using System.Text.Json;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>Checks a request by the plan of its route and writes it as the request message of the method.</summary>
internal static class RequestBinder
{
    /// <summary>Binds a request.</summary>
    /// <returns>The wire bytes of the request message; the caller disposes them.</returns>
    /// <exception cref="RestException">The request is refused.</exception>
    public static PooledBuffer Bind(RequestContext request)
    {
        var method = request.Route.Method;
        if (!method.IsAvailable(request.Version))
            throw NotAvailable(method);
        try
        {
            return BindAvailable(request);
        }
        catch (RestException error) when (error.Status == 400 && request.Version < method.Rule.Since)
        {
            throw NotAvailable(method);
        }
    }

    private static PooledBuffer BindAvailable(RequestContext request)
    {
        var route = request.Route;
        if (request.Version < route.LaterSince)
            throw RestException.Router(404);
        var output = new PooledBuffer();
        try
        {
            var parameters = ReadParameters(request);
            var view = ViewParameters.Take(request, parameters);
            CheckNames(route, parameters);
            for (var index = 0; index < route.PathFields.Length; index++)
                WritePathValue(output, route.PathFields[index], request.PathValues[index], request.Version);
            foreach (var field in Ordered(route, parameters))
                WriteParameter(output, field, parameters[field.Name], request);
            view.Apply(request, output);
            if (route.Method.HttpVerb is { } verb)
                output.WriteStringField(verb.Number, request.Verb);
            WriteBody(output, request);
            return output;
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }

    private static RestException NotAvailable(MethodPlan method)
    {
        var status = method.Rule.BelowStatus == 0 ? 404 : (int)method.Rule.BelowStatus;
        if (method.Rule.BelowByRouter)
            return RestException.Router(status);
        return status == 406 ? RestException.NotAcceptable() : new RestException(status, status == 404 ? "Resource could not be found." : "Method not allowed.");
    }

    private static Dictionary<string, ParameterValue> ReadParameters(RequestContext request)
    {
        var parameters = new Dictionary<string, ParameterValue>(StringComparer.Ordinal);
        QueryReader.Read(request.Query, parameters);
        var body = request.Body;
        if (body.IsEmpty)
            return parameters;
        // A form's fields are parameters that no method takes; its text is not repeated, as it may be a whole JSON document.
        if (body.IsForm && request.Verb is not ("GET" or "HEAD"))
            throw RestException.Unexpected(["(the request has a body that is a form, or has no Content-Type)"]);
        switch (request.Route.Body)
        {
            case BodyKind.None when request.Verb is "GET" or "HEAD":
                break;
            case BodyKind.None or BodyKind.Parameters:
                AddMembers(body, parameters);
                break;
            case BodyKind.Message or BodyKind.Json:
                HideByMembers(body, parameters);
                break;
        }

        return parameters;
    }

    // What is no object has no parameters, also when it is no JSON at all.
    private static void AddMembers(RequestBody body, Dictionary<string, ParameterValue> parameters)
    {
        if (!body.TryJson(out var json) || json.ValueKind != JsonValueKind.Object)
            return;
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject())
            members[NameOf(member)] = member.Value;
        foreach (var (name, value) in members)
            parameters[name] = ParameterValue.FromBody(value, parameters.GetValueOrDefault(name));
    }

    // Upstream mixes the body's members into the parameters and then takes them all out again, those of the query with them.
    private static void HideByMembers(RequestBody body, Dictionary<string, ParameterValue> parameters)
    {
        if (parameters.Count == 0 || !body.TryJson(out var json) || json.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in json.EnumerateObject())
            parameters.Remove(NameOf(member));
    }

    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            throw RestException.BadRequest("The request body has a member whose name is not a valid text.");
        }
    }

    private static void CheckNames(RoutePlan route, Dictionary<string, ParameterValue> parameters)
    {
        if (parameters.Count > 0 && parameters.Keys.Where(name => !route.Parameters.ContainsKey(name)).ToArray() is { Length: > 0 } unexpected)
            throw RestException.Unexpected(unexpected.Select(Literals.Cut));
        foreach (var field in route.RequiredParameters)
        {
            if (!parameters.TryGetValue(field.Name, out var value) || (value.IsNull && !field.Rule.NullIsValue))
                throw RestException.Missing(field.Name);
        }
    }

    private static IEnumerable<FieldPlan> Ordered(RoutePlan route, Dictionary<string, ParameterValue> parameters) =>
        parameters.Count == 0 ? [] : parameters.Keys.Select(name => route.Parameters[name]).OrderBy(field => field.Number);

    private static void WritePathValue(PooledBuffer output, FieldPlan field, string value, int version)
    {
        if (field.Rule.UuidInPath && Scalars.CanonicalUuid(value) is null)
            throw new RestException(404, $"{char.ToUpperInvariant(field.Name[0])}{field.Name[1..]} {value} could not be found.");
        if (field.Rule.Format == Format.NodeIdent)
            NodeIdent.CheckAllowed(value, version);
        else
            value = ParameterWriter.CheckFormat(field, Scalars.CheckText(field.Name, value), version);
        output.WriteStringField(field.Number, value);
    }

    private static void WriteParameter(PooledBuffer output, FieldPlan field, ParameterValue value, RequestContext request)
    {
        if (value.IsNull)
            return;
        if (field.Rule.Role is Role.Limit or Role.Marker or Role.SortKey or Role.SortDir)
        {
            ListParameters.Write(output, field, value, request);
            return;
        }

        var start = output.Length;
        ParameterWriter.Write(output, field, value, request.Version);
        if (!field.IsVisible(request.Version))
            throw BelowVersion(field);
        if (field.Rule.KeepInNext)
            Keep(request.Next, field, output.Span[start..]);
    }

    private static RestException BelowVersion(FieldPlan field) => field.Rule.BelowStatus is 0 or 406
        ? RestException.NotAcceptable(field.Rule.Since)
        : new RestException((int)field.Rule.BelowStatus, $"The parameter {field.Name} is not known in this microversion; it needs 1.{field.Rule.Since}.");

    // A next link repeats a filter only where it is true.
    private static void Keep(NextLinkParts next, FieldPlan field, ReadOnlySpan<byte> written)
    {
        if (field.Kind == ValueKind.Boolean && written[^1] != 0)
            next.Kept.Add($"{field.Name}=True");
    }

    private static void WriteBody(PooledBuffer output, RequestContext request)
    {
        var (route, body) = (request.Route, request.Body);
        switch (route.Body)
        {
            case BodyKind.Message:
                using (var message = new PooledBuffer())
                {
                    new SchemaWriter(route.SchemaName, request.Version).WriteObject(message, route.BodyField!.Message!, JsonOrEmptyObject(body), isCreate: true);
                    output.WriteBytesField(route.BodyField.Number, message.Span);
                }

                break;
            case BodyKind.List:
                PatchBody.Write(output, request, JsonOrEmptyObject(body));
                break;
            case BodyKind.Json when !body.IsEmpty:
                WriteJsonBody(output, route.BodyField!, body.Json());
                break;
        }
    }

    private static void WriteJsonBody(PooledBuffer output, FieldPlan field, JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Null)
            return;
        if (field.Rule.JsonObject && json.ValueKind != JsonValueKind.Object)
            throw RestException.BadRequest($"The request body must be a JSON object, not {Literals.Quoted(json)}.");
        output.WriteJsonField(field.Number, JsonMarshal.GetRawUtf8Value(json));
    }

    private static JsonElement JsonOrEmptyObject(RequestBody body) => body.IsEmpty ? EmptyObject : body.Json();

    private static readonly JsonElement EmptyObject = JsonDocument.Parse("{}").RootElement.Clone();
}
