using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>
/// Sends the events of a fleet to their subscribers, a few at a time. It keeps so many and no more: what does not fit is dropped and counted, and a
/// subscriber that does not answer in time has missed the event, as with real controllers.
/// </summary>
internal sealed class EventSender : IAsyncDisposable
{
    private const int Room = 4096;
    private const int Workers = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Channel<Delivery> _queue;
    private readonly HttpClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _workers;
    private long _delivered, _failed, _dropped;

    public EventSender()
    {
        _queue = Channel.CreateBounded<Delivery>(new BoundedChannelOptions(Room) { FullMode = BoundedChannelFullMode.DropOldest }, _ => Interlocked.Increment(ref _dropped));
        // A controller does not check who it reports to: its subscribers have certificates of their own making.
#pragma warning disable CA5359, CA5399
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            SslOptions = { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        })
        { Timeout = Patience };
#pragma warning restore CA5359, CA5399
        _workers = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => WorkAsync()));
    }

    /// <summary>How many events a subscriber has taken.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>How many events no subscriber took.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>How many events there was no room for.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Hands an event over; it is on its way when this returns.</summary>
    public void Send(Uri destination, IReadOnlyDictionary<string, string> headers, JsonObject body) => _queue.Writer.TryWrite(new Delivery(destination, headers, body.ToJsonString()));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _workers;
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var delivery in _queue.Reader.ReadAllAsync(_stop.Token))
                await DeliverAsync(delivery);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The fleet stops; what is not sent yet stays so.
        }
    }

    private async Task DeliverAsync(Delivery delivery)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, delivery.Destination)
        {
            Content = new StringContent(delivery.Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        foreach (var (name, value) in delivery.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            using var answer = await _client.SendAsync(request, _stop.Token);
            Interlocked.Increment(ref answer.IsSuccessStatusCode ? ref _delivered : ref _failed);
        }
        catch (Exception exception) when (exception is HttpRequestException || (exception is OperationCanceledException && !_stop.IsCancellationRequested))
        {
            Interlocked.Increment(ref _failed);
        }
    }

    private sealed record Delivery(Uri Destination, IReadOnlyDictionary<string, string> Headers, string Body);
}
