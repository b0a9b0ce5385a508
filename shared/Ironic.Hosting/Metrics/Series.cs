namespace Ironic.Hosting.Metrics;

/// <summary>The measurements of one instrument with one set of tags.</summary>
/// <param name="labels">Sorted by name, names as Prometheus takes them.</param>
internal abstract class Series(IReadOnlyList<KeyValuePair<string, string>> labels)
{
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = labels;

    public abstract void Record(double value);
}

/// <summary>Adds measurements up.</summary>
internal sealed class SumSeries(IReadOnlyList<KeyValuePair<string, string>> labels) : Series(labels)
{
    private double _value;

    public double Value => Volatile.Read(ref _value);

    public override void Record(double value)
    {
        double before, current = Volatile.Read(ref _value);
        do
        {
            before = current;
            current = Interlocked.CompareExchange(ref _value, before + value, before);
        }
        while (BitConverter.DoubleToInt64Bits(current) != BitConverter.DoubleToInt64Bits(before));
    }
}

/// <summary>Keeps the last measurement. Also right for observable counters: they report totals.</summary>
internal sealed class LastValueSeries(IReadOnlyList<KeyValuePair<string, string>> labels, Func<long> generation) : Series(labels)
{
    private double _value;
    private long _generation = -1;

    public double Value => Volatile.Read(ref _value);

    /// <summary>The scrape at which it was recorded.</summary>
    public long Generation => Volatile.Read(ref _generation);

    public override void Record(double value)
    {
        Volatile.Write(ref _value, value);
        Volatile.Write(ref _generation, generation());
    }
}

/// <summary>Counts measurements in buckets.</summary>
/// <param name="labels">Sorted by name.</param>
/// <param name="bounds">Upper bounds of the buckets, ascending; one more bucket takes the rest.</param>
internal sealed class HistogramSeries(IReadOnlyList<KeyValuePair<string, string>> labels, double[] bounds) : Series(labels)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Length + 1];
    private double _sum;

    public override void Record(double value)
    {
        // An infinite or undefined sum could never be repaired.
        if (!double.IsFinite(value))
            return;
        // A bound is part of its bucket ("le").
        var index = Array.BinarySearch(bounds, value);
        lock (_lock)
        {
            _counts[index < 0 ? ~index : index]++;
            _sum += value;
        }
    }

    /// <summary>A consistent copy: the count of each bucket alone, and the sum.</summary>
    public (long[] Counts, double Sum) Read()
    {
        lock (_lock)
            return ([.. _counts], _sum);
    }
}
