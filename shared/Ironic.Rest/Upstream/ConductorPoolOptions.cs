namespace Ironic.Rest.Upstream;

/// <summary>How conductors are called.</summary>
public sealed class ConductorPoolOptions
{
    /// <summary>How long a conductor that refused a connection is left out, as long as there are others.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time that a call without a deadline of its caller's may take.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>Ends all streams, which have no end of their own: the process stops.</summary>
    public CancellationToken Stopping { get; set; }
}
