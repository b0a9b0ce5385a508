using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>All controllers that somebody has asked lately, by their addresses, credentials and TLS settings.</summary>
internal sealed class RedfishPool(IOptions<RedfishOptions> options, RedfishHandlers handlers, TimeProvider time, RedfishMetrics metrics, ILogger<RedfishPool> logger)
    : ControllerPool<RedfishTarget, RedfishController>(options.Value.SessionIdleTimeout, time, logger)
{
    private readonly TimeProvider _time = time;
    private readonly ILogger _logger = logger;

    /// <inheritdoc cref="RedfishController.SendAsync"/>
    public Task<RedfishResponse> SendAsync(RedfishTarget target, RedfishRequest request, CancellationToken cancellationToken) =>
        UseAsync(target, controller => controller.SendAsync(request, cancellationToken));

    protected override RedfishController Create(RedfishTarget key) => new(key, handlers.Create(key), options.Value, _time, metrics, _logger);
}

/// <summary>Makes what connections to a controller come from.</summary>
internal class RedfishHandlers(IOptions<RedfishOptions> options)
{
    public virtual HttpMessageHandler Create(RedfishTarget target) => new RedfishHttpHandler(target, options.Value);
}
