namespace Ironic.Driver.Sdk.Registration;

/// <summary>Growing pauses between attempts, each a random part of its limit, so that many drivers do not come back at the same moment.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan maximum, Func<double> random)
{
    private TimeSpan _limit = TimeSpan.Zero;

    public TimeSpan Next()
    {
        _limit = _limit == TimeSpan.Zero ? first : _limit * 2;
        if (_limit > maximum)
            _limit = maximum;
        return _limit * (0.5 + (random() / 2));
    }

    public void Reset() => _limit = TimeSpan.Zero;
}
