// The second driver of docs/driver-authors-guide.md, whole in one file. Its management controllers speak HTTP; AcmeController.cs is one.
//
//   dotnet run docs/examples/AcmeDriver.cs -- --Driver:Url=http://127.0.0.1:0 --Driver:Conductors:0=CONDUCTOR
#:sdk Microsoft.NET.Sdk.Web
#:project ../../shared/Ironic.Driver.Sdk
#:property PublishAot=false
#:property NoWarn=$(NoWarn);CA1050
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Hosting;
using Microsoft.Extensions.Options;

return await IronicDriver.RunAsync(args, driver =>
{
    driver.Name = "acme";
    driver.Vendor = "Acme Corporation";
    driver.Services.AddIronicOptions<AcmeOptions>("Acme");
    driver.Services.AddSingleton<AcmeControllers>();
    driver.AddHardwareType<AcmeHardware>();
    driver.AddInterface<AcmePower>("acme");
    driver.AddInterface<AcmeVendor>("acme");
});

/// <summary>Settings: section <c>Acme</c>.</summary>
public sealed class AcmeOptions
{
    /// <summary>How long a management controller may take to answer.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>The hardware type.</summary>
public sealed class AcmeHardware : HardwareType
{
    public override string Name => "acme";

    public override string Description => "Machines of Acme Corporation.";

    public override IReadOnlyList<string> SupportedManagementInterfaces => ["noop"];

    public override IReadOnlyList<string> SupportedPowerInterfaces => ["acme"];

    public override IReadOnlyList<string> SupportedVendorInterfaces => ["acme", "no-vendor"];
}

/// <summary>Talks to the management controllers; here their failures get a class.</summary>
public sealed class AcmeControllers(IOptions<AcmeOptions> options) : IDisposable
{
    public static readonly DriverProperty[] Properties =
    [
        new("acme_address", "Where the management controller is, HOST:PORT. Required.", Required: true),
        new("acme_password", "Its password. Optional.", Secret: true),
    ];

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = options.Value.Timeout };

    public async Task<string> SendAsync(NodeContext node, HttpMethod verb, string path, HttpContent? body, CancellationToken cancellationToken)
    {
        var address = node.DriverInfo.Require<string>("acme_address");
        using var request = new HttpRequestMessage(verb, $"http://{address}/{path}") { Content = body };
        request.Headers.Add("X-Acme-Password", node.DriverInfo.Get<string>("acme_password"));
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

    public void Dispose() => _http.Dispose();
}

/// <summary>Switches a machine on and off, and waits until it has got there.</summary>
public sealed class AcmePower(AcmeControllers controllers) : PowerInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => AcmeControllers.Properties;

    public override IReadOnlyList<PowerTarget> SupportedTargets => [PowerTarget.On, PowerTarget.Off];

    public override async ValueTask<PowerState> GetPowerStateAsync(NodeContext node, CancellationToken cancellationToken) =>
        await controllers.SendAsync(node, HttpMethod.Get, "power", null, cancellationToken) == "on" ? PowerState.On : PowerState.Off;

    public override async Task<PowerState> SetPowerStateAsync(
        NodeContext node, PowerTarget target, TimeSpan? timeout, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var goal = target == PowerTarget.On ? PowerState.On : PowerState.Off;
        await controllers.SendAsync(node, HttpMethod.Put, "power", new StringContent(goal == PowerState.On ? "on" : "off"), cancellationToken);
        while (await GetPowerStateAsync(node, cancellationToken) != goal)
        {
            progress.Report($"Waiting until the machine is {goal}");
            await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }

        return goal;
    }
}

/// <summary>The vendor's own methods.</summary>
public sealed class AcmeVendor(AcmeControllers controllers, IOptions<AcmeOptions> options) : VendorInterface
{
    public override IReadOnlyList<DriverProperty> GetProperties() => AcmeControllers.Properties;

    public override ValueTask ValidateAsync(NodeContext node, VendorCall call, CancellationToken cancellationToken) =>
        call.Method == "led" && call.Parameters.Get<int>("seconds") is < 0 or > 60
            ? throw new InvalidParameterException("seconds must be 0 to 60.")
            : ValueTask.CompletedTask;

    /// <summary><c>PUT .../led {"color": "amber", "seconds": 5}</c></summary>
    [Passthru("PUT", "POST", Method = "led", Async = false, Description = "Lights the LED. Required: color; optional: seconds, 0 to 60")]
    public async Task<AcmeLed> LightAsync(NodeContext node, AcmeColor color, int seconds = 0, CancellationToken cancellationToken = default)
    {
        await controllers.SendAsync(node, HttpMethod.Put, "settings", Json(new JsonObject { ["led"] = $"{color}" }), cancellationToken);
        return new AcmeLed(color, seconds);
    }

    /// <summary><c>POST .../configure</c> with any JSON object.</summary>
    [Passthru("POST", Description = "Sends the body to the management controller as it is")]
    public Task ConfigureAsync(NodeContext node, JsonObject settings, CancellationToken cancellationToken) =>
        controllers.SendAsync(node, HttpMethod.Put, "settings", Json(settings), cancellationToken);

    /// <summary><c>GET .../screen</c></summary>
    [Passthru("GET", Async = false, Attach = true, RequireExclusiveLock = false, Description = "What is on the screen")]
    public async Task<byte[]> ScreenAsync(NodeContext node, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetBytes(await controllers.SendAsync(node, HttpMethod.Get, "screen", null, cancellationToken));

    /// <summary><c>GET /v1/drivers/acme/vendor_passthru/limits</c></summary>
    [DriverPassthru("GET", Async = false, Description = "How long a management controller may take to answer")]
    public object Limits() => new { TimeoutSeconds = options.Value.Timeout.TotalSeconds };

    private static StringContent Json(JsonObject value) => new(value.ToJsonString(), Encoding.UTF8, "application/json");
}

public enum AcmeColor
{
    Off,
    Amber,
    Blue,
}

public sealed record AcmeLed(AcmeColor Color, int Seconds);
