using Ironic.Conductor.Storage;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Ironic.Conductor.Notifications;

/// <summary>Adds each event to a stream in Redis, as the field <c>event</c> of an entry.</summary>
internal sealed class RedisStreamSink : INotificationSink, IAsyncDisposable
{
    private readonly NotificationOptions _options;
    private readonly ConfigurationOptions _configuration;
    private readonly TimeProvider _time;
    private ConnectionMultiplexer? _connection;

    public RedisStreamSink(IOptions<NotificationOptions> options, TimeProvider time)
    {
        (_options, _time) = (options.Value, time);
        _configuration = ConfigurationOptions.Parse(_options.RedisConfiguration ?? throw new ArgumentException("Notifications:RedisConfiguration is not set.", nameof(options)));
        _configuration.AbortOnConnectFail = true;
        _configuration.ClientName ??= "ironic-conductor-notifications";
        _configuration.ConnectTimeout = (int)_options.RedisTimeout.TotalMilliseconds;
    }

    public string Name => "redis";

    public async Task DeliverAsync(JournalEvent @event, CancellationToken cancellationToken)
    {
        try
        {
            _connection ??= await ConnectionMultiplexer.ConnectAsync(_configuration).WaitAsync(_options.RedisTimeout * 2, _time, cancellationToken);
            // The library alone would wait without limit on a server that is connected but silent.
            await _connection.GetDatabase()
                .ExecuteAsync("XADD", _options.RedisStream, "MAXLEN", "~", _options.RedisMaxLength, "*", "event", CloudEventWriter.Write(@event))
                .WaitAsync(_options.RedisTimeout, _time, cancellationToken);
            // Answers are handed out one after the other: what comes next must not hold them up.
            await Task.Yield();
        }
        catch (RedisServerException e)
        {
            // "WRONGTYPE ...", "OOM ...": Redis' own words.
            throw new DeliveryException($"Redis refuses: {e.Message}");
        }
        catch (Exception e) when (e is RedisException or TimeoutException or ObjectDisposedException)
        {
            await CloseAsync();
            throw new DeliveryException(e is TimeoutException ? "Redis does not answer in time" : "Redis cannot be reached");
        }
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    // A new connection instead of one of which nobody knows how it is.
    private async Task CloseAsync()
    {
        if (Interlocked.Exchange(ref _connection, null) is not { } connection)
            return;
        try
        {
            await connection.CloseAsync(allowCommandsToComplete: false);
        }
        finally
        {
            connection.Dispose();
        }
    }
}
