using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Ironic.Api.V1;
using Ironic.Driver.V1;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Drivers;

/// <summary>Opens the channels to driver processes, and closes them when nobody uses them any more.</summary>
internal sealed partial class DriverConnector(TimeProvider time, ConductorMetrics metrics, ILoggerFactory loggers, ILogger<DriverConnector> logger, ChannelTls? tls = null)
{
    private static readonly TimeSpan VerifyTimeout = TimeSpan.FromSeconds(5);

    // A call that was under way when its driver left may still end well: the driver drains.
    private static readonly TimeSpan RetireAfter = TimeSpan.FromMinutes(30);

    public RegisteredDriver Connect(string leaseId, string endpoint, DriverInfo info)
    {
        var channel = GrpcChannels.Create(endpoint, loggers, tls);
        return new RegisteredDriver(leaseId, endpoint, info, channel, channel.WithRequestContext().Intercept(new DriverCallMetrics(info.Name, metrics, time)));
    }

    /// <summary>Opens a channel to a driver that the configuration names, by which it is asked who it is.</summary>
    public KnownDriver Open(string endpoint, DriverRegistry registry) => new(endpoint, GrpcChannels.Create(endpoint, loggers, tls), registry, time);

    /// <summary>Calls the driver back where it says it is: a registration that nobody could use is refused, with the reason.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public async Task VerifyAsync(DriverInfo info, string endpoint, CancellationToken cancellationToken)
    {
        GrpcChannel channel;
        try
        {
            channel = GrpcChannels.Create(endpoint, loggers, tls);
        }
        catch (FormatException e)
        {
            throw new IronicException(ErrorReason.InvalidParameterValue, e.Message);
        }

        using var closing = channel;
        try
        {
            var answer = await new Driver.V1.DriverService.DriverServiceClient(channel.WithRequestContext()).ProbeAsync(
                new ProbeRequest(), deadline: time.GetUtcNow().UtcDateTime + VerifyTimeout, cancellationToken: cancellationToken);
            if (answer.InstanceId != info.InstanceId)
                throw new IronicException(ErrorReason.InvalidParameterValue, $"At {endpoint} another process answers (instance {answer.InstanceId}, not {info.InstanceId}).");
        }
        catch (RpcException e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnreachable(e, info.Name, endpoint);
            throw new IronicException(ErrorReason.InvalidParameterValue, $"The driver cannot be reached at {endpoint}: {e.StatusCode}.");
        }
    }

    public void Retire(RegisteredDriver driver) => _ = RetireLaterAsync(driver);

    private async Task RetireLaterAsync(RegisteredDriver driver)
    {
        await Task.Delay(RetireAfter, time);
        driver.Channel.Dispose();
    }

    [LoggerMessage(EventId = 1310, EventName = "DriverUnreachable", Level = LogLevel.Warning, Message = "Driver {Driver} wants to register but does not answer at {Endpoint}")]
    private partial void LogUnreachable(Exception exception, string driver, string endpoint);
}
