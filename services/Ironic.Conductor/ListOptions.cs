using System.ComponentModel.DataAnnotations;

namespace Ironic.Conductor;

/// <summary>Configuration section <c>Lists</c>.</summary>
public sealed class ListOptions
{
    public const string Section = "Lists";

    /// <summary>The longest page. Longer ones are asked for in vain.</summary>
    [Range(1, 100_000)]
    public int MaxLimit { get; set; } = 1000;
}
