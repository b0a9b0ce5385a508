using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Ironic.Driver.Sdk.Registration;

/// <summary>
/// Keeps the driver registered with one of the conductors: registers, renews the lease at a third of its life, and registers again,
/// with the next conductor if need be, when the lease is lost or the conductor does not answer.
/// </summary>
internal sealed partial class DriverRegistration(
    DriverCatalog catalog,
    DriverState state,
    ListeningAddresses addresses,
    IHostApplicationLifetime lifetime,
    IOptions<DriverOptions> options,
    TimeProvider time,
    ChannelTls tls,
    ILoggerFactory loggerFactory,
    ILogger<DriverRegistration> logger) : BackgroundService
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    // Below this the driver would do little else than renew; above it no timer goes.
    private static readonly TimeSpan MinimumLease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan MaximumLease = TimeSpan.FromDays(30);

    private readonly CancellationTokenSource _leave = new();
    private GrpcChannel? _channel;
    private string _leaseId = "";

    /// <summary>Ends the lease and registers no more. A conductor that cannot be told learns it when the lease ends.</summary>
    public async Task LeaveAsync(CancellationToken cancellationToken)
    {
        await _leave.CancelAsync();
        if (ExecuteTask is { } running)
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_leaseId.Length == 0 || _channel is null)
            return;
        try
        {
            using var timeout = new CancellationTokenSource(CallTimeout);
            await Client(_channel).DeregisterDriverAsync(new V1.DeregisterDriverRequest { LeaseId = _leaseId }, cancellationToken: timeout.Token);
            LogDeregistered(_channel.Target);
        }
        catch (RpcException exception)
        {
            LogDeregistrationFailed(_channel.Target, exception.Status.Detail);
        }

        _leaseId = "";
    }

    public override void Dispose()
    {
        _channel?.Dispose();
        _leave.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var conductors = options.Value.Conductors;
        if (conductors.Count == 0)
        {
            LogNoConductors();
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _leave.Token);
        try
        {
            await WaitForServerAsync(stop.Token);
            var backoff = new Backoff(FirstBackoff, options.Value.MaximumRegistrationBackoff, Random.Shared.NextDouble);
            for (var attempt = 0; ; attempt++)
            {
                var conductor = conductors[attempt % conductors.Count];
                if (await RegisterAsync(conductor, stop.Token) is { } lease)
                {
                    backoff.Reset();
                    // A conductor that has forgotten the lease is asked again at once, before the others.
                    if (await KeepAsync(conductor, lease, stop.Token) == LeaseEnd.Forgotten)
                        attempt--;
                    continue;
                }

                if (attempt % conductors.Count == conductors.Count - 1)
                    await Task.Delay(backoff.Next(), time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process stops; LeaveAsync ends the lease.
        }
    }

    private async Task WaitForServerAsync(CancellationToken cancellationToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Returns the lease's duration, or null when the conductor does not take the driver.</summary>
    private async Task<TimeSpan?> RegisterAsync(string conductor, CancellationToken cancellationToken)
    {
        var channel = Connect(conductor);
        var request = new V1.RegisterDriverRequest { Info = catalog.Info, Endpoint = GetAdvertisedUrl() };
        try
        {
            using var timeout = CreateTimeout(CallTimeout, cancellationToken);
            var response = await Client(channel).RegisterDriverAsync(request, cancellationToken: timeout.Token);
            if (response.ContractVersion != DriverInfoFactory.ContractVersion)
            {
                LogWrongVersion(conductor, response.ContractVersion);
                await Client(channel).DeregisterDriverAsync(new V1.DeregisterDriverRequest { LeaseId = response.LeaseId }, cancellationToken: timeout.Token);
                return null;
            }

            if (ReadLease(conductor, response.LeaseDuration) is not { } duration)
                return null;

            _leaseId = response.LeaseId;
            LogRegistered(catalog.Info.Name, request.Endpoint, response.Conductor, duration);
            return duration;
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LogRegistrationFailed(conductor, exception.StatusCode, exception.Status.Detail);
            return null;
        }
    }

    private async Task<LeaseEnd> KeepAsync(string conductor, TimeSpan duration, CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(duration / 3, time, cancellationToken);
            try
            {
                using var timeout = CreateTimeout(duration / 3 < CallTimeout ? duration / 3 : CallTimeout, cancellationToken);
                var request = new V1.RenewDriverLeaseRequest { LeaseId = _leaseId, Ready = state.IsReady };
                var response = await Client(_channel!).RenewDriverLeaseAsync(request, cancellationToken: timeout.Token);
                duration = ReadLease(conductor, response.LeaseDuration) ?? duration;
            }
            catch (RpcException exception) when (exception.StatusCode == StatusCode.NotFound)
            {
                _leaseId = "";
                LogLeaseLost(conductor);
                return LeaseEnd.Forgotten;
            }
            catch (RpcException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                LogRenewalFailed(conductor, exception.StatusCode, exception.Status.Detail);
                return LeaseEnd.Unreachable;
            }
        }
    }

    private TimeSpan? ReadLease(string conductor, Duration? duration)
    {
        if (duration is { Seconds: > 0, Nanos: >= 0 and < 1_000_000_000 } && duration.Seconds >= MinimumLease.TotalSeconds && duration.Seconds <= MaximumLease.TotalSeconds)
            return duration.ToTimeSpan();
        LogBadLease(conductor, duration?.Seconds);
        return null;
    }

    private GrpcChannel Connect(string conductor)
    {
        _channel?.Dispose();
        _channel = GrpcChannels.Create(conductor, loggerFactory, tls);
        return _channel;
    }

    private string GetAdvertisedUrl()
    {
        var listening = addresses.GetUrl(options.Value.Url);
        if (options.Value.Advertise is not { } advertise)
            return listening;
        var url = new UriBuilder(advertise);
        if (url.Port != 0)
            return advertise;
        url.Port = new Uri(listening).Port;
        return url.Uri.GetLeftPart(UriPartial.Authority);
    }

    private static CancellationTokenSource CreateTimeout(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        source.CancelAfter(timeout);
        return source;
    }

    private static V1.DriverRegistryService.DriverRegistryServiceClient Client(GrpcChannel channel) => new(channel);

    private enum LeaseEnd
    {
        Forgotten,
        Unreachable,
    }

    [LoggerMessage(EventId = 7140, EventName = "NoConductors", Level = LogLevel.Information, Message = "No conductors are configured: they have to know this driver from their own configuration (Drivers:Known)")]
    private partial void LogNoConductors();

    [LoggerMessage(EventId = 7141, EventName = "Registered", Level = LogLevel.Information, Message = "Driver {Driver} at {Endpoint} registered with conductor {Conductor} for {LeaseDuration}")]
    private partial void LogRegistered(string driver, string endpoint, string conductor, TimeSpan leaseDuration);

    [LoggerMessage(EventId = 7142, EventName = "RegistrationFailed", Level = LogLevel.Warning, Message = "Registration with {Conductor} failed: {StatusCode}: {Detail}")]
    private partial void LogRegistrationFailed(string conductor, StatusCode statusCode, string detail);

    [LoggerMessage(EventId = 7143, EventName = "LeaseLost", Level = LogLevel.Warning, Message = "{Conductor} does not know the lease any more; registering again")]
    private partial void LogLeaseLost(string conductor);

    [LoggerMessage(EventId = 7144, EventName = "LeaseRenewalFailed", Level = LogLevel.Warning, Message = "Renewal of the lease with {Conductor} failed: {StatusCode}: {Detail}; registering again")]
    private partial void LogRenewalFailed(string conductor, StatusCode statusCode, string detail);

    [LoggerMessage(EventId = 7145, EventName = "Deregistered", Level = LogLevel.Information, Message = "Deregistered from {Conductor}")]
    private partial void LogDeregistered(string conductor);

    [LoggerMessage(EventId = 7146, EventName = "DeregistrationFailed", Level = LogLevel.Warning, Message = "{Conductor} could not be told that the driver leaves; its lease will end by itself: {Detail}")]
    private partial void LogDeregistrationFailed(string conductor, string detail);

    [LoggerMessage(EventId = 7147, EventName = "LeaseTooShort", Level = LogLevel.Error, Message = "{Conductor} gives a lease of {Seconds} seconds, which cannot be kept")]
    private partial void LogBadLease(string conductor, long? seconds);

    [LoggerMessage(EventId = 7148, EventName = "WrongContractVersion", Level = LogLevel.Error, Message = "{Conductor} picks the contract version '{Version}', which this driver does not speak")]
    private partial void LogWrongVersion(string conductor, string version);
}
