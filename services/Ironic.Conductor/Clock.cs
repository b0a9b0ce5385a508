namespace Ironic.Conductor;

/// <summary>The time as it is stored: UTC, whole microseconds, so that what was written compares equal to what is read.</summary>
internal sealed class Clock(TimeProvider time)
{
    public TimeProvider Provider => time;

    public DateTime UtcNow
    {
        get
        {
            var now = time.GetUtcNow().UtcDateTime;
            return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        }
    }
}
