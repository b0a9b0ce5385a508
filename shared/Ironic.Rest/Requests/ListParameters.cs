using System.Globalization;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.V1;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Requests;

/// <summary>The parameters of paging and sorting.</summary>
internal static class ListParameters
{
    /// <exception cref="RestException">400: the value makes no sense. 406: the field to sort by is newer than the request's microversion.</exception>
    public static void Write(PooledBuffer output, FieldPlan field, ParameterValue value, RequestContext request)
    {
        switch (field.Rule.Role)
        {
            case Role.Limit:
                WriteLimit(output, field, value);
                break;
            case Role.SortKey:
                WriteSortKey(output, field, value.AsText(field.Name, secret: false), request);
                break;
            case Role.SortDir:
                WriteSortDirection(output, field, value.AsText(field.Name, secret: false), request);
                break;
            default:
                ParameterWriter.Write(output, field, value, request.Version);
                break;
        }
    }

    private static void WriteLimit(PooledBuffer output, FieldPlan field, ParameterValue value)
    {
        if (value.Earlier is not null)
            throw RestException.BadRequest($"Expected an integer for {field.Name}: {value.Describe()}");
        // A page is never larger than the server's maximum, so a number that is too large for the field says the same as the largest.
        var limit = Scalars.Integer(field.Name, value.Text, value.Json, value.Describe(), long.MinValue, long.MaxValue);
        if (limit <= 0)
            throw RestException.BadRequest("Limit must be positive");
        output.WriteVarintField(field.Number, (ulong)Math.Min(limit, int.MaxValue));
    }

    private static void WriteSortKey(PooledBuffer output, FieldPlan field, string name, RequestContext request)
    {
        if (name.Length == 0)
            return;
        if (request.Route.Resource?.Find(name) is { } sorted && !sorted.IsVisible(request.Version))
            throw RestException.NotAcceptable();
        request.Next.SortKey = name;
        output.WriteStringField(field.Number, name);
    }

    private static void WriteSortDirection(PooledBuffer output, FieldPlan field, string direction, RequestContext request)
    {
        if (direction is not ("asc" or "desc"))
            throw RestException.BadRequest(string.Create(CultureInfo.InvariantCulture, $"Invalid sort direction: {Literals.Cut(direction)}. Acceptable values are 'asc' or 'desc'"));
        request.Next.SortDirection = direction;
        output.WriteStringField(field.Number, direction);
    }
}
