using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Storage;

/// <summary>How much of the journal is kept: configuration section <c>Journal</c>.</summary>
public sealed class JournalOptions
{
    public const string Section = "Journal";

    /// <summary>How many events of its history a node keeps, the newest.</summary>
    [Range(1, 1_000_000)]
    public int HistoryPerNode { get; set; } = 300;

    /// <summary>How many other events a node keeps, the newest.</summary>
    [Range(1, 1_000_000)]
    public int EventsPerNode { get; set; } = 300;

    /// <summary>What is younger is kept, however much it is: for so long watchers may be away.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan MinimumAge { get; set; } = TimeSpan.FromDays(1);

    /// <summary>How long the events of a node that was deleted are kept.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "3650.00:00:00")]
    public TimeSpan DeletedNodeAge { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How often the rest is purged. The first time is at start.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan PurgeInterval { get; set; } = TimeSpan.FromDays(1);

    /// <summary>The most events that are purged in one transaction.</summary>
    [Range(1, 100_000)]
    public int PurgeBatch { get; set; } = 1000;
}
