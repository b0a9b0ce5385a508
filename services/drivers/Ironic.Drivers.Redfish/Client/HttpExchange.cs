using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>No answer has come.</summary>
/// <param name="message">Why.</param>
/// <param name="wasSent">Whether the request may have arrived.</param>
/// <param name="isTimeout">Whether the time was over.</param>
/// <param name="innerException">What was noticed.</param>
internal sealed class NoAnswerException(string message, bool wasSent, bool isTimeout, Exception? innerException = null) : Exception(message, innerException)
{
    public bool WasSent { get; } = wasSent;

    public bool IsTimeout { get; } = isTimeout;
}

/// <summary>Sends requests to one controller, each once, and reads the answers.</summary>
internal sealed class HttpExchange(RedfishTarget target, HttpMessageHandler handler, RedfishOptions options, TimeProvider time) : IDisposable
{
    private const string TokenHeader = "X-Auth-Token";
    private const int MaximumDepth = 64;
    private const int MaximumRedirects = 3;

    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>Sends a request; one that only reads follows the controller to another path.</summary>
    /// <param name="request">The request.</param>
    /// <param name="authorization">The token of a session, or basic authentication; null: nobody asks.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="NoAnswerException">Nothing has come, or not all of it.</exception>
    /// <exception cref="PermanentFailureException">What has come is no Redfish.</exception>
    public async Task<RedfishResponse> SendAsync(RedfishRequest request, Authorization? authorization, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            for (var redirects = 0; ; redirects++)
            {
                var response = await SendOnceAsync(request, authorization, either.Token);
                if (!request.IsRepeatable || redirects >= MaximumRedirects || !IsRedirect(response.Status) || response.Location is not { } location)
                    return response;
                request = request with { Path = ResourcePaths.Normalize(target, location) };
            }
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException(string.Create(CultureInfo.InvariantCulture, $"no answer within {options.RequestTimeout.TotalSeconds:0.#} s"), wasSent: true, isTimeout: true, exception);
        }
        catch (HttpRequestException exception)
        {
            throw Explain(exception);
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            throw new NoAnswerException($"the connection broke: {exception.Message}", wasSent: true, isTimeout: false, exception);
        }
    }

    public void Dispose() => _http.Dispose();

    private static bool IsRedirect(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
        or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private async Task<RedfishResponse> SendOnceAsync(RedfishRequest request, Authorization? authorization, CancellationToken cancellationToken)
    {
        using var message = Create(request, authorization);
        using var answer = await _http.SendAsync(message, cancellationToken);
        var body = await ReadAsync(request, answer, cancellationToken);
        return new RedfishResponse(answer.StatusCode, body)
        {
            ETag = answer.Headers.NonValidated.TryGetValues("ETag", out var tags) ? tags.ToString() : null,
            Location = answer.Headers.NonValidated.TryGetValues("Location", out var locations) ? locations.ToString() : null,
            RetryAfter = ReadRetryAfter(answer.Headers.RetryAfter),
            Token = answer.Headers.NonValidated.TryGetValues(TokenHeader, out var tokens) ? tokens.ToString() : null,
        };
    }

    private HttpRequestMessage Create(RedfishRequest request, Authorization? authorization)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(target.Base, request.Path)) { Version = HttpVersion.Version11 };
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("OData-Version", "4.0");
        message.Headers.TryAddWithoutValidation("User-Agent", "ironic");
        if (request.IfMatch is { } version)
            message.Headers.TryAddWithoutValidation("If-Match", version);
        if (authorization is { Token: { } token })
            message.Headers.TryAddWithoutValidation(TokenHeader, token);
        else if (authorization is { Credentials: { } credentials })
            message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}")));
        if (request.Body is { } body)
            message.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return message;
    }

    private async Task<JsonElement?> ReadAsync(RedfishRequest request, HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        using var content = await answer.Content.ReadAsStreamAsync(cancellationToken);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int count;
        while ((count = await content.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + count > options.MaximumResponseBytes)
                throw new PermanentFailureException($"The answer to {request} at {target} has more than {options.MaximumResponseBytes} bytes.");
            buffer.Write(chunk, 0, count);
        }

        if (buffer.Length == 0)
            return null;
        try
        {
            return JsonElement.Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), new JsonDocumentOptions { MaxDepth = MaximumDepth });
        }
        catch (JsonException exception)
        {
            // Web servers in front of a service explain their refusals in HTML.
            if ((int)answer.StatusCode >= 300)
                return null;
            throw new PermanentFailureException($"The answer to {request} at {target} is no valid JSON.", exception);
        }
    }

    private TimeSpan? ReadRetryAfter(RetryConditionHeaderValue? header)
    {
        var wait = header?.Delta ?? header?.Date - time.GetUtcNow();
        return wait is not { } given ? null : given < TimeSpan.Zero ? TimeSpan.Zero : given < options.MaximumRetryAfter ? given : options.MaximumRetryAfter;
    }

    private Exception Explain(HttpRequestException exception)
    {
        var reason = (exception.InnerException ?? exception).Message;
        if (exception.InnerException is AuthenticationException { Message: var problem } && handler is RedfishHttpHandler { CertificateProblem: { } untrusted })
            return new PermanentFailureException($"The certificate of {target} is not trusted: {untrusted}. {problem}", exception);
        var wasSent = exception.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError);
        return exception.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded
            ? new PermanentFailureException($"The answer of {target} has more in its headers than is allowed.", exception)
            : new NoAnswerException(reason, wasSent, isTimeout: false, exception);
    }
}

/// <summary>How a request says who asks: by the token of a session, or with name and password.</summary>
internal sealed record Authorization(string? Token, RedfishCredentials? Credentials)
{
    public override string ToString() => Token is null ? "basic" : "session";
}
