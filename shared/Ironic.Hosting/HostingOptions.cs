namespace Ironic.Hosting;

/// <summary>What every process can be told about its own life: section <c>Hosting</c>.</summary>
public sealed class HostingOptions
{
    /// <summary>A process id: when that process is gone, this one stops. Null: it lives on its own.</summary>
    public int? ExitWithParent { get; set; }

    /// <summary>How long calls that run may go on after the process was asked to stop. Default 25 s, less than the 30 s after which Kubernetes kills.</summary>
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>How the log on standard output looks.</summary>
    public LogFormat LogFormat { get; set; } = LogFormat.Text;
}

/// <summary>The looks of the log.</summary>
public enum LogFormat
{
    /// <summary>A line for people per entry.</summary>
    Text,

    /// <summary>A JSON object per entry and line.</summary>
    Json,
}
