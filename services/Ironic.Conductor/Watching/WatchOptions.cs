using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Watching;

/// <summary>Streams of the journal: configuration section <c>Watch</c>.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>How often the journal is looked at for events of other conductors while anybody watches. Own events are seen at once. PostgreSQL only.</summary>
    [Range(typeof(TimeSpan), "00:00:00.01", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>After how long without an event of its own a watcher is told how far the journal was read, so that its cursor does not grow old.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan BookmarkInterval { get; set; } = TimeSpan.FromMinutes(1);
}
