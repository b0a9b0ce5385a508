using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Notifications;

/// <summary>Posts each event to a URL; an answer of 2xx says that it is delivered.</summary>
internal sealed class WebhookSink : INotificationSink, IDisposable
{
    private readonly HttpClient _client;
    private readonly Uri _url;

    public WebhookSink(IOptions<NotificationOptions> options)
    {
        var settings = options.Value;
        _url = new Uri(settings.WebhookUrl ?? throw new ArgumentException("Notifications:WebhookUrl is not set.", nameof(options)));
        // Elsewhere the header must not go, whoever answers with a redirection.
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        _client = new HttpClient(handler) { Timeout = settings.WebhookTimeout };
        if (settings.WebhookAuthorization is { } authorization)
            _client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(authorization);
    }

    public string Name => "webhook";

    public async Task DeliverAsync(JournalEvent @event, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(CloudEventWriter.Write(@event)) { Headers = { ContentType = new MediaTypeHeaderValue(CloudEventWriter.MediaType, "utf-8") } };
        using var request = new HttpRequestMessage(HttpMethod.Post, _url) { Content = content };
        try
        {
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (!response.IsSuccessStatusCode)
                throw new DeliveryException(string.Create(CultureInfo.InvariantCulture, $"the webhook answers with {(int)response.StatusCode}"));
        }
        catch (HttpRequestException e)
        {
            // Its text may have parts of the URL.
            throw new DeliveryException($"the webhook cannot be reached: {(e.InnerException is SocketException socket ? socket.SocketErrorCode.ToString() : e.HttpRequestError.ToString())}");
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DeliveryException("the webhook does not answer in time");
        }
    }

    public void Dispose() => _client.Dispose();
}
