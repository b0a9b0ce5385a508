using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Tasks;

/// <summary>How tasks wait for nodes that others work on: configuration section <c>Tasks</c>.</summary>
public sealed class TaskOptions
{
    public const string Section = "Tasks";

    /// <summary>
    /// How long a request waits for a locked node before it is refused with a 409. Ironic tries three times, a second apart; that is two seconds.
    /// Here a waiter is woken as soon as the node is free.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan LockPatience { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often locks of conductors that are gone are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan StaleLockInterval { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How often nodes are looked for that nobody works on although their state says so.</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "01:00:00")]
    public TimeSpan InterruptedWorkInterval { get; set; } = TimeSpan.FromSeconds(10);
}
