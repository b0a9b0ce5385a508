using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Commands;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// One management controller, for all who want something of it: they take turns, share its one session, and keep to its token bucket. A controller that does
/// not answer is left alone for a while, and credentials that it has refused are not tried again at once.
/// </summary>
internal sealed partial class Bmc : PooledController
{
    // The controller is told within this time that nobody wants its console any more, or it will find out by itself.
    private static readonly TimeSpan DeactivateTimeout = TimeSpan.FromSeconds(4);

    private readonly UdpTransport _transport;
    private readonly BmcLink _link;
    private readonly Exchange _exchange;
    private readonly SessionOpener _opener;
    private readonly TokenBucket _bucket;
    private readonly CircuitBreaker _breaker;
    private readonly IpmiOptions _options;
    private readonly TimeProvider _time;
    private readonly IpmiMetrics _metrics;
    private readonly ILogger _logger;
    private readonly string _address;

    private ISessionCodec? _session;
    private SessionProfile? _sessionProfile;
    private (IpmiCredentials Credentials, long At)? _refused;
    private SolChannel? _console;

    public Bmc(System.Net.IPEndPoint endpoint, UdpTransport transport, IpmiOptions options, TimeProvider time, IpmiMetrics metrics, ILogger logger)
        : base(time)
    {
        _address = endpoint.ToString();
        _transport = transport;
        _link = transport.Attach(endpoint);
        _options = options;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _exchange = new Exchange(_link, options, time, metrics);
        _opener = new SessionOpener(_address, _exchange, options);
        _bucket = new TokenBucket(options.CommandsPerSecond, options.CommandBurst, time);
        _breaker = new CircuitBreaker(options.CircuitThreshold, options.CircuitPause, options.MaximumCircuitPause, time);
    }

    public override bool HasSession => _session is not null;

    public override bool IsHeld => Volatile.Read(ref _console) is not null;

    public override bool HasTroubles => _breaker.HasFailures;

    /// <summary>Sends commands as one piece of work, with nobody else's between them.</summary>
    /// <exception cref="BmcUnreachableException">It does not answer.</exception>
    /// <exception cref="BmcAuthenticationException">It refuses the credentials.</exception>
    /// <exception cref="DriverException">It refuses for another reason.</exception>
    public Task<T> UseAsync<T>(IpmiTarget target, Func<IIpmiChannel, Task<T>> work, CancellationToken cancellationToken) =>
        TakeTurnAsync(() => work(new Channel(this, target, cancellationToken)), cancellationToken);

    /// <summary>Has the controller's serial console in the session that commands use, beside them, for as long as the work goes on.</summary>
    /// <exception cref="DriverException">The controller does not answer, refuses, or another node has its console.</exception>
    public async Task<T> UseConsoleAsync<T>(IpmiTarget target, Func<SolChannel, Task<T>> work, CancellationToken cancellationToken)
    {
        // The console is the controller's own; there is none of a controller behind it.
        var own = target with { Bridging = null };
        var console = await TakeTurnAsync(() => ActivateConsoleAsync(own, cancellationToken), cancellationToken);
        try
        {
            return await work(console);
        }
        finally
        {
            await TakeTurnAsync(() => DeactivateConsoleAsync(own, console), CancellationToken.None);
        }
    }

    protected override void Dispose(bool disposing)
    {
        _transport.Detach(_link);
        _session?.Dispose();
    }

    private async Task<SolChannel> ActivateConsoleAsync(IpmiTarget target, CancellationToken cancellationToken)
    {
        if (_console is not null)
            throw new RetryableException($"{target} has its console open for another node.");
        // Before it is activated: its first text may come before the answer.
        var arrived = _link.OpenConsole();
        try
        {
            var maximumText = await new Channel(this, target, cancellationToken).ActivateSolAsync(target.Port);
            if (_session is not Session20Codec session)
                throw new PermanentFailureException($"{target} speaks IPMI 1.5 only, which has no serial over LAN.");
            var console = new SolChannel(
                _link, arrived, session, maximumText, token => TakeTurnAsync(() => new Channel(this, target, token).IsSolActiveAsync(), token), _metrics);
            Volatile.Write(ref _console, console);
            return console;
        }
        catch
        {
            _link.CloseConsole();
            throw;
        }
    }

    private async Task<bool> DeactivateConsoleAsync(IpmiTarget target, SolChannel console)
    {
        // With its session the payload has ended, too.
        if (_console != console)
            return true;
        using var limit = new CancellationTokenSource(DeactivateTimeout, _time);
        try
        {
            await new Channel(this, target, limit.Token).DeactivateSolAsync();
            return true;
        }
        catch (Exception exception) when (exception is DriverException or OperationCanceledException)
        {
            LogDeactivateFailed(_address, exception.Message);
            return false;
        }
        finally
        {
            EndConsole();
        }
    }

    private void EndConsole()
    {
        if (_console is null)
            return;
        Volatile.Write(ref _console, null);
        _link.CloseConsole();
    }

    private async Task<IpmiResponse> ExecuteAsync(IpmiTarget target, IpmiRequest request, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var outcome = "ok";
        using var limit = new CancellationTokenSource(_options.CommandTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            ThrowIfLeftAlone(target);
            var response = await ExecutePatientlyAsync(target, request, either.Token);
            if (_breaker.Succeeded())
                LogAnswersAgain(_address);
            return response;
        }
        catch (Exception exception) when (exception is NoAnswerException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            outcome = nameof(ErrorClass.BmcUnreachable);
            await DropSessionAsync();
            var pause = _breaker.Failed();
            if (pause > TimeSpan.Zero)
            {
                _metrics.CircuitOpened();
                LogLeftAlone(_address, pause);
            }

            var why = exception is NoAnswerException ? exception.Message : string.Create(CultureInfo.InvariantCulture, $"not done within {_options.CommandTimeout.TotalSeconds:0.#} s");
            throw new BmcUnreachableException($"{target} does not answer IPMI: {why}.", exception);
        }
        catch (OperationCanceledException)
        {
            // What the controller answers to the command that was given up would come into the next one's exchange; its sequence number tells it apart.
            outcome = "cancelled";
            throw;
        }
        catch (DriverException exception)
        {
            outcome = exception.Class.ToString();
            throw;
        }
        finally
        {
            _metrics.RequestEnded(outcome, _time.GetElapsedTime(started));
        }
    }

    /// <summary>Asks a controller again that is busy, or has no room for a session, until the command's time is over.</summary>
    private async Task<IpmiResponse> ExecutePatientlyAsync(IpmiTarget target, IpmiRequest request, CancellationToken cancellationToken)
    {
        var pause = _options.RetransmitAfter;
        for (var attempt = 1; ; attempt++)
        {
            await Task.Delay(_bucket.Take(), _time, cancellationToken);
            var isLast = attempt >= _options.Attempts;
            try
            {
                var response = await ExecuteOnceAsync(target, request, cancellationToken);
                if (isLast || !response.Code.IsTransient() || (!request.Repeatable && response.Code.MayBeDone()))
                    return response;
            }
            catch (RetryableException) when (!isLast)
            {
                // No room for a session.
            }

            await Task.Delay(pause, _time, cancellationToken);
            pause = pause * 2 < _options.MaximumRetransmitAfter ? pause * 2 : _options.MaximumRetransmitAfter;
        }
    }

    private async Task<IpmiResponse> ExecuteOnceAsync(IpmiTarget target, IpmiRequest request, CancellationToken cancellationToken)
    {
        const int attemptsInOldSession = 2;
        if (_session is { } old && _sessionProfile == target.Profile)
        {
            try
            {
                var attempts = request.Repeatable ? Math.Min(attemptsInOldSession, _options.Attempts) : _options.Attempts;
                return await _exchange.CommandAsync(old, request, target.Bridging, attempts, cancellationToken);
            }
            catch (NoAnswerException) when (request.Repeatable)
            {
                // A controller that was restarted says nothing to a session that it does not know.
                LogSessionLost(_address);
                await DropSessionAsync();
            }
        }

        var session = await OpenSessionAsync(target, cancellationToken);
        return await _exchange.CommandAsync(session, request, target.Bridging, _options.Attempts, cancellationToken);
    }

    private async Task<ISessionCodec> OpenSessionAsync(IpmiTarget target, CancellationToken cancellationToken)
    {
        // Another user's, which must not stay beside the new one.
        await CloseSessionAsync(cancellationToken);
        try
        {
            _session = await _opener.OpenAsync(target.Profile, cancellationToken);
        }
        catch (BmcAuthenticationException)
        {
            _refused = (target.Profile.Credentials, _time.GetTimestamp());
            LogCredentialsRefused(_address);
            throw;
        }

        _refused = null;
        _sessionProfile = target.Profile;
        _metrics.SessionOpened(_session.Protocol);
        LogSessionOpened(_address, _session.Protocol);
        return _session;
    }

    private void ThrowIfLeftAlone(IpmiTarget target)
    {
        if (_breaker.Remaining is var remaining && remaining > TimeSpan.Zero)
            throw new BmcUnreachableException(string.Create(CultureInfo.InvariantCulture, $"{target} did not answer IPMI; it is asked again in {remaining.TotalSeconds:0.#} s."));
        if (_refused is not { } refused || !refused.Credentials.Equals(target.Profile.Credentials))
            return;
        var pause = _options.RefusedCredentialsPause - _time.GetElapsedTime(refused.At);
        if (pause > TimeSpan.Zero)
        {
            throw new BmcAuthenticationException(string.Create(
                CultureInfo.InvariantCulture, $"{target} has refused these credentials; they are not tried again for {pause.TotalSeconds:0.#} s, for controllers lock accounts."));
        }
    }

    protected override async Task CloseSessionAsync(CancellationToken cancellationToken)
    {
        if (_session is not { } session)
            return;
        _session = null;
        EndConsole();
        var confirmed = await _opener.CloseAsync(session, cancellationToken);
        _metrics.SessionEnded();
        LogSessionClosed(_address, confirmed);
    }

    /// <summary>Ends a session whose controller does not answer: it is told once, in case that only its answers are lost.</summary>
    private async Task DropSessionAsync()
    {
        if (_session is null)
            return;
        using var limit = new CancellationTokenSource(_options.RetransmitAfter, _time);
        await CloseSessionAsync(limit.Token);
    }

    [LoggerMessage(EventId = 7210, EventName = "SessionOpened", Level = LogLevel.Debug, Message = "{Address}: session opened, IPMI {Protocol}")]
    private partial void LogSessionOpened(string address, string protocol);

    [LoggerMessage(EventId = 7211, EventName = "SessionClosed", Level = LogLevel.Debug, Message = "{Address}: session closed (confirmed: {Confirmed})")]
    private partial void LogSessionClosed(string address, bool confirmed);

    [LoggerMessage(EventId = 7212, EventName = "SessionLost", Level = LogLevel.Information, Message = "{Address}: no answer in the session; a new one is opened")]
    private partial void LogSessionLost(string address);

    [LoggerMessage(EventId = 7213, EventName = "CredentialsRefused", Level = LogLevel.Warning, Message = "{Address}: the management controller refuses the credentials")]
    private partial void LogCredentialsRefused(string address);

    [LoggerMessage(EventId = 7214, EventName = "LeftAlone", Level = LogLevel.Warning, Message = "{Address}: no answers; it is left alone for {Pause}")]
    private partial void LogLeftAlone(string address, TimeSpan pause);

    [LoggerMessage(EventId = 7215, EventName = "AnswersAgain", Level = LogLevel.Information, Message = "{Address}: answers again")]
    private partial void LogAnswersAgain(string address);

    [LoggerMessage(EventId = 7216, EventName = "ConsoleNotDeactivated", Level = LogLevel.Information, Message = "{Address}: the serial console could not be deactivated; it ends with the session: {Reason}")]
    private partial void LogDeactivateFailed(string address, string reason);

    private sealed class Channel(Bmc bmc, IpmiTarget target, CancellationToken cancellationToken) : IIpmiChannel
    {
        public string Address { get; } = target.ToString();

        public Task<IpmiResponse> ExecuteAsync(IpmiRequest request) => bmc.ExecuteAsync(target, request, cancellationToken);

        public Task DropSessionAsync() => bmc.DropSessionAsync();
    }
}
