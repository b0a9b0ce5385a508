using System.Net.Http.Headers;
using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Watch;

/// <summary>One event of a stream over REST.</summary>
/// <param name="Id">The cursor; null when the event has none.</param>
/// <param name="Type"><c>message</c> unless it says otherwise.</param>
/// <param name="Data">Null when it only has an id.</param>
internal sealed record ServerSentEvent(string? Id, string Type, JsonElement? Data);

/// <summary>A reader of server-sent events, as WHATWG's HTML standard describes it, over one connection.</summary>
internal sealed class EventSource : IDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    private EventSource(HttpResponseMessage response, Stream body) => (_response, _reader) = (response, new StreamReader(body));

    /// <summary>Begins a stream.</summary>
    /// <exception cref="HttpRequestException">The answer is no stream.</exception>
    public static async Task<EventSource> OpenAsync(HttpClient client, string path, string? lastEventId, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Accept = { new MediaTypeWithQualityHeaderValue("text/event-stream") } } };
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            using (response)
                throw new HttpRequestException(await response.Content.ReadAsStringAsync(cancellationToken), null, response.StatusCode);
        }

        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        return new EventSource(response, await response.Content.ReadAsStreamAsync(cancellationToken));
    }

    /// <summary>The next event; null at the end.</summary>
    public async Task<ServerSentEvent?> ReadAsync(CancellationToken cancellationToken)
    {
        string? id = null;
        var type = "message";
        var data = new List<string>();
        while (await _reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length == 0 && (id is not null || data.Count > 0))
                return new ServerSentEvent(id, type, data.Count == 0 ? null : JsonSerializer.Deserialize<JsonElement>(string.Join('\n', data)));
            var (field, value) = line.IndexOf(": ", StringComparison.Ordinal) is var colon and > 0 ? (line[..colon], line[(colon + 2)..]) : ("", "");
            switch (field)
            {
                case "id":
                    id = value;
                    break;
                case "event":
                    type = value;
                    break;
                case "data":
                    data.Add(value);
                    break;
            }
        }

        return null;
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
