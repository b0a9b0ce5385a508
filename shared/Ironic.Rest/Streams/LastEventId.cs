using Ironic.Rest.Plans;
using Ironic.Rest.Requests;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;

namespace Ironic.Rest.Streams;

/// <summary>The header by which a client of server-sent events says how far it came. It sends it by itself, with the URL that it began with.</summary>
internal static class LastEventId
{
    /// <summary>Its name.</summary>
    public const string Header = "Last-Event-ID";

    /// <summary>Appends it to a request message, where it goes before what the parameter said.</summary>
    /// <exception cref="Errors.RestException">400: it is no text.</exception>
    public static void Write(PooledBuffer message, HttpRequest request, FieldPlan? cursor)
    {
        if (cursor is not null && request.Headers[Header] is [.., { Length: > 0 } id])
            message.WriteStringField(cursor.Number, Scalars.CheckText(Header, id));
    }
}
