namespace Ironic.Bench.Fleet;

/// <summary>Ages in whole seconds, of any number.</summary>
internal sealed class AgeHistogram
{
    private readonly List<long> _counts = [];
    private long _all;

    public void Add(TimeSpan age)
    {
        var second = (int)age.TotalSeconds;
        while (_counts.Count <= second)
            _counts.Add(0);
        _counts[second]++;
        _all++;
    }

    /// <summary>The age in seconds that so large a part does not exceed. 1: that none exceeds.</summary>
    public int Percentile(double part)
    {
        var left = (long)Math.Ceiling(_all * part);
        var second = -1;
        while (left > 0)
            left -= _counts[++second];
        return second + 1;
    }
}
