using System.ComponentModel.DataAnnotations;

namespace Company.Driver;

/// <summary>Settings: section <c>CompanyHw</c>.</summary>
public sealed class CompanyHwOptions
{
    /// <summary>How long a management controller may take to answer one request.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait between two looks at a machine that is being switched.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromSeconds(1);
}
