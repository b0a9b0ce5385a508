using StackExchange.Redis;

namespace Ironic.Conductor.Locks;

/// <summary>Log messages of the locks: event ids 1200 to 1219.</summary>
internal static partial class LockLog
{
    [LoggerMessage(EventId = 1200, EventName = "LockLost", Level = LogLevel.Warning, Message = "lock {Key} is lost: {Reason}")]
    public static partial void Lost(ILogger logger, string key, string reason);

    [LoggerMessage(EventId = 1201, EventName = "LockLossHandlerFailed", Level = LogLevel.Error, Message = "what was to happen on the loss of lock {Key} failed")]
    public static partial void LossHandlerFailed(ILogger logger, string key, Exception exception);

    [LoggerMessage(EventId = 1202, EventName = "LockGoneBeforeRelease", Level = LogLevel.Warning, Message = "lock {Key} was gone when it was released")]
    public static partial void GoneBeforeRelease(ILogger logger, string key);

    [LoggerMessage(EventId = 1203, EventName = "LockReleaseFailed", Level = LogLevel.Warning, Message = "lock {Key} could not be released; it ends with its lease, in {Ttl} at most")]
    public static partial void ReleaseFailed(ILogger logger, string key, TimeSpan ttl, Exception exception);

    [LoggerMessage(EventId = 1204, EventName = "LockRenewalFailed", Level = LogLevel.Warning, Message = "{Count} locks could not be renewed yet: {Reason}")]
    public static partial void RenewalFailed(ILogger logger, int count, string reason);

    [LoggerMessage(EventId = 1205, EventName = "LockRestored", Level = LogLevel.Warning, Message = "lock {Key} was gone from Redis and has been put back")]
    public static partial void Restored(ILogger logger, string key);

    [LoggerMessage(EventId = 1206, EventName = "LockConfirmationFailed", Level = LogLevel.Warning, Message = "whether lock {Key} is still held could not be found out yet")]
    public static partial void ConfirmationFailed(ILogger logger, string key, Exception exception);

    [LoggerMessage(EventId = 1210, EventName = "RedisConnectionFailed", Level = LogLevel.Warning, Message = "Redis {Connection} connection failed: {Failure}")]
    public static partial void ConnectionFailed(ILogger logger, ConnectionType connection, ConnectionFailureType failure);

    [LoggerMessage(EventId = 1211, EventName = "RedisConnectionRestored", Level = LogLevel.Information, Message = "Redis {Connection} connection restored")]
    public static partial void ConnectionRestored(ILogger logger, ConnectionType connection);

    [LoggerMessage(EventId = 1212, EventName = "RedisConnectionSilent", Level = LogLevel.Warning, Message = "Redis has not answered for {Duration}; trying a new connection")]
    public static partial void ConnectionSilent(ILogger logger, TimeSpan duration);

    [LoggerMessage(EventId = 1213, EventName = "RedisReconnectFailed", Level = LogLevel.Warning, Message = "a new connection to Redis could not be made")]
    public static partial void ReplacementFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1214, EventName = "RedisCloseFailed", Level = LogLevel.Debug, Message = "a connection to Redis could not be closed in order")]
    public static partial void CloseFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 1215, EventName = "RedisLateFailure", Level = LogLevel.Debug, Message = "a command that Redis had not answered in time failed")]
    public static partial void LateFailure(ILogger logger, Exception exception);
}
