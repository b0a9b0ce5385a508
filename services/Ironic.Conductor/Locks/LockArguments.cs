namespace Ironic.Conductor.Locks;

/// <summary>What every lock manager refuses alike.</summary>
internal static class LockArguments
{
    public static void CheckKey(string key) => ArgumentException.ThrowIfNullOrEmpty(key);

    public static void Check(string key, string owner, TimeSpan patience)
    {
        CheckKey(key);
        ArgumentException.ThrowIfNullOrEmpty(owner);
        if (patience < TimeSpan.Zero && patience != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(patience), patience, "Patience must not be negative, unless it is infinite.");
    }
}
