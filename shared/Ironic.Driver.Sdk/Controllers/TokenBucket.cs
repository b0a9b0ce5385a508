namespace Ironic.Driver.Sdk;

/// <summary>Limits how often something is done: a number at once, and so many a second in the long run. Used by one caller at a time.</summary>
/// <param name="perSecond">How many in the long run.</param>
/// <param name="burst">How many at once after a pause.</param>
/// <param name="time">The clock.</param>
public sealed class TokenBucket(double perSecond, int burst, TimeProvider time)
{
    private double _tokens = burst;
    private long _filledAt = time.GetTimestamp();

    /// <summary>Takes a token, in advance if there is none.</summary>
    /// <returns>How long to wait before what it is taken for.</returns>
    public TimeSpan Take()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (time.GetElapsedTime(_filledAt, now).TotalSeconds * perSecond));
        _filledAt = now;
        _tokens--;
        return _tokens >= 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(-_tokens / perSecond);
    }
}
