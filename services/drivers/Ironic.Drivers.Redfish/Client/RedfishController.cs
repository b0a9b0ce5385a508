using System.Globalization;
using System.Net;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Configuration;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>
/// One controller, for all who want something of it: their requests take turns, share its one session, and keep to its token bucket. A controller that does
/// not answer is left alone for a while, and credentials that it has refused are not tried again at once.
/// </summary>
internal sealed partial class RedfishController : PooledController
{
    private readonly RedfishTarget _target;
    private readonly HttpExchange _exchange;
    private readonly SessionOpener _opener;
    private readonly TokenBucket _bucket;
    private readonly CircuitBreaker _breaker;
    private readonly RedfishOptions _options;
    private readonly TimeProvider _time;
    private readonly RedfishMetrics _metrics;
    private readonly ILogger _logger;

    private RedfishSession? _session;
    private bool _hasNoSessions;
    private long? _refusedAt;

    public RedfishController(RedfishTarget target, HttpMessageHandler handler, RedfishOptions options, TimeProvider time, RedfishMetrics metrics, ILogger logger)
        : base(time)
    {
        _target = target;
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _exchange = new HttpExchange(target, handler, options, time);
        _opener = new SessionOpener(target, _exchange);
        _bucket = new TokenBucket(options.RequestsPerSecond, options.RequestBurst, time);
        _breaker = new CircuitBreaker(options.CircuitThreshold, options.CircuitPause, options.MaximumCircuitPause, time);
    }

    public override bool HasSession => _session is not null;

    public override bool HasTroubles => _breaker.HasFailures;

    /// <summary>Sends a request when its turn has come. One that only reads is sent again while the controller is busy.</summary>
    /// <returns>The answer, which may be a refusal.</returns>
    /// <exception cref="BmcUnreachableException">It does not answer.</exception>
    /// <exception cref="BmcAuthenticationException">It refuses the credentials.</exception>
    /// <exception cref="DriverException">What it answers is no Redfish.</exception>
    public Task<RedfishResponse> SendAsync(RedfishRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        return TakeTurnAsync(() => SendInTurnAsync(request, started, cancellationToken), cancellationToken);
    }

    protected override void Dispose(bool disposing) => _exchange.Dispose();

    private async Task<RedfishResponse> SendInTurnAsync(RedfishRequest request, long started, CancellationToken cancellationToken)
    {
        var outcome = "ok";
        try
        {
            ThrowIfLeftAlone();
            var response = await SendPatientlyAsync(request, cancellationToken);
            if (_breaker.Succeeded())
                LogAnswersAgain(_target);
            outcome = response.IsSuccess ? "ok" : ((int)response.Status).ToString(CultureInfo.InvariantCulture);
            return response;
        }
        catch (NoAnswerException exception)
        {
            outcome = nameof(ErrorClass.BmcUnreachable);
            CountFailure();
            var unknown = exception.WasSent && !request.IsRepeatable ? " Nobody knows whether it was done." : "";
            throw new BmcUnreachableException($"Unable to connect to {new Uri(_target.Base, request.Path)}. Error: {exception.Message}.{unknown}", exception);
        }
        catch (DriverException exception)
        {
            outcome = exception.Class.ToString();
            throw;
        }
        catch (OperationCanceledException)
        {
            outcome = "cancelled";
            throw;
        }
        finally
        {
            _metrics.RequestEnded(outcome, _time.GetElapsedTime(started));
        }
    }

    private async Task<RedfishResponse> SendPatientlyAsync(RedfishRequest request, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var isLast = attempt >= _options.Attempts;
            var pause = _options.RetryInterval;
            try
            {
                var response = await SendInSessionAsync(request, cancellationToken);
                if (isLast || !request.IsRepeatable || !RedfishFailures.IsTransient(response.Status))
                    return response;
                pause = response.RetryAfter ?? pause;
            }
            catch (NoAnswerException exception) when (!isLast && !exception.IsTimeout && (request.IsRepeatable || !exception.WasSent))
            {
                // Controllers restart, and their networks with them.
            }
            catch (RedfishRefusedException exception) when (!isLast && exception.Class == ErrorClass.Retryable)
            {
                // No room for a session.
            }

            _metrics.Retried();
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    private async Task<RedfishResponse> SendInSessionAsync(RedfishRequest request, CancellationToken cancellationToken)
    {
        var hadSession = _session is not null;
        var response = await SendOnceAsync(request, await AuthorizeAsync(cancellationToken), cancellationToken);
        if (response.Status == HttpStatusCode.Unauthorized && hadSession)
        {
            // The controller was restarted, or has ended the session by itself; what it refuses it has not done.
            LogSessionLost(_target);
            EndSession();
            response = await SendOnceAsync(request, await AuthorizeAsync(cancellationToken), cancellationToken);
        }

        if (response.Status != HttpStatusCode.Unauthorized)
            return response;
        EndSession();
        Refuse();
        var said = RedfishFailures.Describe(response.Body);
        throw new BmcAuthenticationException($"{_target} refuses {request} of '{_target.Credentials?.Username ?? "nobody"}'{(said.Length == 0 ? "." : $": {said}")}");
    }

    private async Task<RedfishResponse> SendOnceAsync(RedfishRequest request, Authorization? authorization, CancellationToken cancellationToken)
    {
        await Task.Delay(_bucket.Take(), _time, cancellationToken);
        return await _exchange.SendAsync(request, authorization, cancellationToken);
    }

    private async Task<Authorization?> AuthorizeAsync(CancellationToken cancellationToken)
    {
        if (_target.Credentials is not { } credentials)
            return null;
        if (_target.Authentication == AuthenticationType.Basic || _hasNoSessions)
            return new Authorization(null, credentials);
        if (_session is null)
        {
            try
            {
                _session = await _opener.OpenAsync(credentials, cancellationToken);
            }
            catch (BmcAuthenticationException)
            {
                Refuse();
                throw;
            }

            if (_session is null)
            {
                if (_target.Authentication == AuthenticationType.Session)
                    throw new UnsupportedOperationException($"{_target} has no sessions, which {RedfishProperties.AuthType} asks for.");
                _hasNoSessions = true;
                LogWithoutSessions(_target);
                return new Authorization(null, credentials);
            }

            _refusedAt = null;
            _metrics.SessionOpened();
            LogSessionOpened(_target);
        }

        return new Authorization(_session.Token, null);
    }

    private void ThrowIfLeftAlone()
    {
        if (_breaker.Remaining is var remaining && remaining > TimeSpan.Zero)
            throw new BmcUnreachableException(string.Create(CultureInfo.InvariantCulture, $"{_target} did not answer; it is asked again in {remaining.TotalSeconds:0.#} s."));
        if (_refusedAt is not { } at)
            return;
        var pause = _options.RefusedCredentialsPause - _time.GetElapsedTime(at);
        if (pause > TimeSpan.Zero)
        {
            throw new BmcAuthenticationException(string.Create(
                CultureInfo.InvariantCulture, $"{_target} has refused these credentials; they are not tried again for {pause.TotalSeconds:0.#} s, for controllers lock accounts."));
        }
    }

    private void CountFailure()
    {
        var pause = _breaker.Failed();
        if (pause <= TimeSpan.Zero)
            return;
        _metrics.CircuitOpened();
        LogLeftAlone(_target, pause);
    }

    private void Refuse()
    {
        _refusedAt = _time.GetTimestamp();
        LogCredentialsRefused(_target);
    }

    private void EndSession()
    {
        if (_session is null)
            return;
        _session = null;
        _metrics.SessionEnded();
    }

    protected override async Task CloseSessionAsync(CancellationToken cancellationToken)
    {
        if (_session is not { } session)
            return;
        EndSession();
        try
        {
            LogSessionClosed(_target, await _opener.CloseAsync(session, cancellationToken));
        }
        catch (Exception exception) when (exception is NoAnswerException or DriverException)
        {
            // The controller is away, and its session with it, or ends by itself after a while.
            LogSessionClosed(_target, false);
        }
    }

    [LoggerMessage(EventId = 7310, EventName = "RedfishSessionOpened", Level = LogLevel.Debug, Message = "{Target}: session opened")]
    private partial void LogSessionOpened(RedfishTarget target);

    [LoggerMessage(EventId = 7311, EventName = "RedfishSessionClosed", Level = LogLevel.Debug, Message = "{Target}: session closed (confirmed: {Confirmed})")]
    private partial void LogSessionClosed(RedfishTarget target, bool confirmed);

    [LoggerMessage(EventId = 7312, EventName = "RedfishSessionLost", Level = LogLevel.Information, Message = "{Target}: the session is not known there any more; a new one is opened")]
    private partial void LogSessionLost(RedfishTarget target);

    [LoggerMessage(EventId = 7313, EventName = "RedfishCredentialsRefused", Level = LogLevel.Warning, Message = "{Target}: the controller refuses the credentials")]
    private partial void LogCredentialsRefused(RedfishTarget target);

    [LoggerMessage(EventId = 7314, EventName = "RedfishLeftAlone", Level = LogLevel.Warning, Message = "{Target}: no answers; it is left alone for {Pause}")]
    private partial void LogLeftAlone(RedfishTarget target, TimeSpan pause);

    [LoggerMessage(EventId = 7315, EventName = "RedfishAnswersAgain", Level = LogLevel.Information, Message = "{Target}: answers again")]
    private partial void LogAnswersAgain(RedfishTarget target);

    [LoggerMessage(EventId = 7316, EventName = "WithoutSessions", Level = LogLevel.Information, Message = "{Target}: no session service; each request is authenticated by itself")]
    private partial void LogWithoutSessions(RedfishTarget target);
}
