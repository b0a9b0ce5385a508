using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor.Allocations;

/// <summary>How nodes are looked for: configuration section <c>Allocations</c>.</summary>
public sealed class AllocationOptions
{
    public const string Section = "Allocations";

    /// <summary>How often the suitable nodes are tried while others work on them.</summary>
    [Range(1, 1000)]
    public int Attempts { get; set; } = 3;

    /// <summary>Between two attempts.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan AttemptInterval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often allocations are looked for that a conductor has left behind.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan OrphanInterval { get; set; } = TimeSpan.FromSeconds(60);
}
