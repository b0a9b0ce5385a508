namespace Ironic.Driver.Sdk;

/// <summary>
/// Leaves alone who does not answer: after some failures in a row nothing is tried for a while; then one attempt decides, and each failure doubles the
/// while. Used by one caller at a time.
/// </summary>
/// <param name="threshold">After how many failures in a row.</param>
/// <param name="pause">For how long at first.</param>
/// <param name="maximumPause">For how long at most.</param>
/// <param name="time">The clock.</param>
public sealed class CircuitBreaker(int threshold, TimeSpan pause, TimeSpan maximumPause, TimeProvider time)
{
    private int _failures;
    private TimeSpan _pause;
    private long _openedAt;

    /// <summary>Whether there have been failures since the last success.</summary>
    public bool HasFailures => _failures > 0;

    /// <summary>How long nothing is to be tried; zero when something may be.</summary>
    public TimeSpan Remaining
    {
        get
        {
            var remaining = _pause == TimeSpan.Zero ? TimeSpan.Zero : _pause - time.GetElapsedTime(_openedAt);
            return remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero;
        }
    }

    /// <summary>Counts a failure.</summary>
    /// <returns>How long nothing is to be tried from now on; zero when the threshold has not been reached.</returns>
    public TimeSpan Failed()
    {
        _failures++;
        if (_failures < threshold)
            return TimeSpan.Zero;
        _pause = _pause == TimeSpan.Zero ? pause : _pause * 2;
        if (_pause > maximumPause)
            _pause = maximumPause;
        _openedAt = time.GetTimestamp();
        return _pause;
    }

    /// <summary>Counts a success.</summary>
    /// <returns>Whether it was open before.</returns>
    public bool Succeeded()
    {
        var wasOpen = _pause > TimeSpan.Zero;
        _failures = 0;
        _pause = TimeSpan.Zero;
        return wasOpen;
    }
}
