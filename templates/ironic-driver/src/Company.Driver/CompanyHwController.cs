using System.Net;
using Ironic.Driver.Sdk;
using Microsoft.Extensions.Options;

namespace Company.Driver;

/// <summary>
/// Talks to the management controllers. This one sends texts over HTTP; put the client of yours in its place. What matters to the rest of the
/// driver is that each failure gets its class here: it decides what the conductor does.
/// </summary>
public sealed class CompanyHwController(IOptions<CompanyHwOptions> options) : IDisposable
{
    /// <summary>What the driver reads from a node's <c>driver_info</c>.</summary>
    public static IReadOnlyList<DriverProperty> Properties { get; } =
    [
        new("company_hw_address", "Where the management controller is, HOST:PORT. Required.", Required: true),
        new("company_hw_password", "The password of the management controller. Optional.", Secret: true),
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = options.Value.Timeout };

    /// <summary>Reads a value.</summary>
    /// <exception cref="DriverException">It could not be read.</exception>
    public Task<string> ReadAsync(NodeContext node, string path, CancellationToken cancellationToken) =>
        SendAsync(node, HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Writes a value.</summary>
    /// <exception cref="DriverException">It could not be written.</exception>
    public async Task WriteAsync(NodeContext node, string path, string value, CancellationToken cancellationToken)
    {
        using var content = new StringContent(value);
        await SendAsync(node, HttpMethod.Put, path, content, cancellationToken);
    }

    public void Dispose() => _http.Dispose();

    private async Task<string> SendAsync(NodeContext node, HttpMethod verb, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        var address = node.DriverInfo.Require<string>("company_hw_address");
        if (!Uri.TryCreate($"http://{address}/{path}", UriKind.Absolute, out var url))
            throw new InvalidParameterException($"company_hw_address must be HOST:PORT; '{address}' is not.");
        using var request = new HttpRequestMessage(verb, url) { Content = content };
        request.Headers.Add("X-Password", node.DriverInfo.Get<string>("company_hw_password"));
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => await response.Content.ReadAsStringAsync(cancellationToken),
                HttpStatusCode.Unauthorized => throw new BmcAuthenticationException($"{address} refuses the password."),
                HttpStatusCode.Conflict => throw new HardwarePreconditionException($"{address} cannot do that while the machine is as it is."),
                HttpStatusCode.ServiceUnavailable => throw new RetryableException($"{address} is busy."),
                var status => throw new PermanentFailureException($"{address} answers {(int)status} to {verb} {path}."),
            };
        }
        catch (HttpRequestException exception)
        {
            throw new BmcUnreachableException($"{address} cannot be reached: {exception.Message}", exception);
        }
        catch (TaskCanceledException exception) when (exception.InnerException is TimeoutException)
        {
            throw new BmcUnreachableException($"{address} does not answer.", exception);
        }
    }
}
