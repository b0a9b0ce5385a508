using System.Globalization;
using System.Text;
using Ironic.Rest.Plans;
using Ironic.Rest.Requests;
using Ironic.Rest.Wire;

namespace Ironic.Rest.Responses;

/// <summary>Writes the answer of a method as JSON.</summary>
internal static class ResponseBodyWriter
{
    /// <summary>Writes an answer.</summary>
    /// <param name="output">What it is appended to.</param>
    /// <param name="request">The request that it answers.</param>
    /// <param name="reply">Wire bytes of the method's response message.</param>
    /// <param name="baseUrl">The public base URL, as a piece of a JSON text.</param>
    /// <exception cref="MalformedWireException">The bytes are no such message.</exception>
    public static void Write(PooledBuffer output, RequestContext request, ReadOnlySpan<byte> reply, ReadOnlySpan<byte> baseUrl)
    {
        var route = request.Route;
        var place = route.Place is { } path ? Encoding.UTF8.GetBytes(path.Fill(default, request.PathValues)) : [];
        var writer = new MessageWriter(output, request.Version, baseUrl, place, route.Method.Rule.SubsecondTimes);
        if (route.ResponseBody is { } field)
            writer.WriteField(reply, field, field.Message is not null && field.Message == route.Resource ? request.ResourceView : null);
        else if (route.Method.List is { } list)
            WriteList(output, writer, request, list, reply, baseUrl);
        else
            writer.WriteMessage(reply, route.Method.Response.FullView(request.Version));
    }

    private static void WriteList(
        PooledBuffer output, MessageWriter writer, RequestContext request, FieldPlan list, ReadOnlySpan<byte> reply, ReadOnlySpan<byte> baseUrl)
    {
        var first = true;
        output.WriteByte((byte)'{');
        foreach (var field in request.Route.Method.Response.Fields)
        {
            if (field == request.Route.Method.NextMarker || !field.IsShown(request.Version))
                continue;
            if (!first)
                output.WriteByte((byte)',');
            first = false;
            output.Write(field.JsonKey);
            writer.WriteField(reply, field, field == list ? request.ResourceView : null);
        }

        if (request.Route.Method.NextMarker is { } marker && WireFields.FindBytes(reply, marker) is { IsEmpty: false } key)
        {
            output.Write(",\"next\":\""u8);
            output.Write(baseUrl);
            output.WriteTextPart(NextLink(request, WireFields.Find(reply, list).Count, Encoding.UTF8.GetString(key)));
            output.WriteByte((byte)'"');
        }

        output.WriteByte((byte)'}');
    }

    // The order is the one that clients have always seen. A page that has a successor is full, so its length is its limit.
    private static string NextLink(RequestContext request, int count, string marker)
    {
        var next = request.Next;
        var route = request.Route;
        var link = new StringBuilder(route.NextPath!.Fill(default, request.PathValues));
        if (route.IsDetail)
            link.Append(RoutePlan.DetailSuffix);
        link.Append("?sort_key=").Append(Uri.EscapeDataString(next.SortKey)).Append("&sort_dir=").Append(next.SortDirection);
        foreach (var kept in next.Kept)
            link.Append('&').Append(kept);
        if (next.Detail)
            link.Append("&detail=True");
        if (next.Fields is not null)
            link.Append("&fields=").Append(Uri.EscapeDataString(next.Fields).Replace("%2C", ",", StringComparison.Ordinal));
        return link.Append("&limit=").Append(count.ToString(CultureInfo.InvariantCulture)).Append("&marker=").Append(Uri.EscapeDataString(marker)).ToString();
    }
}
