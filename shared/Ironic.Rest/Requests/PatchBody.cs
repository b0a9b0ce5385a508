using System.Text.Json;
using Ironic.Rest.Errors;
using Ironic.Rest.Quirks;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>Bodies that are lists of messages: JSON Patch.</summary>
internal static class PatchBody
{
    /// <exception cref="RestException">400: the shape is not right. 406: a field is patched that is newer than the request's microversion.</exception>
    public static void Write(PooledBuffer output, RequestContext request, JsonElement json)
    {
        var field = request.Route.BodyField!;
        var schema = request.Route.SchemaName;
        if (json.ValueKind != JsonValueKind.Array)
            throw RestException.Schema(schema, $"{Literals.Quoted(json)} is not of type 'array'");
        var writer = new SchemaWriter(schema, request.Version);
        var path = Array.Find(field.Message!.Fields, member => member.Rule.Role == Role.PatchPath);
        using var item = new PooledBuffer();
        foreach (var element in json.EnumerateArray())
        {
            item.Truncate(0);
            writer.WriteObject(item, field.Message, element, isCreate: false);
            output.WriteBytesField(field.Number, item.Span);
        }

        if (path is null)
            return;
        foreach (var element in json.EnumerateArray())
            CheckPath(element.GetProperty(path.Name).GetString()!, request);
    }

    private static void CheckPath(string pointer, RequestContext request)
    {
        if (!pointer.StartsWith('/'))
            return;
        var end = pointer.IndexOf('/', 1);
        var name = end < 0 ? pointer.AsSpan(1) : pointer.AsSpan(1, end - 1);
        if (request.Route.Resource?.Find(name) is not { } field || request.Version >= field.Rule.Since)
            return;
        throw field.Rule.BelowStatus == 400 || LaterFields.AreUnknown(field, request.Version)
            ? RestException.BadRequest($"Cannot patch /{field.Name}, which this microversion does not know.")
            : RestException.NotAcceptable();
    }
}
