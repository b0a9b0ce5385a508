using System.Text.Json.Serialization;

namespace Ironic.BmcSimulator.Faults;

/// <summary>How a management controller misbehaves.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultKind>))]
public enum FaultKind
{
    /// <summary>Takes the request and never answers.</summary>
    Stall,

    /// <summary>Answers after <see cref="Fault.Delay"/>.</summary>
    Slow,

    /// <summary>Redfish: resets the connection. IPMI: forgets the session.</summary>
    Reset,

    /// <summary>Finds credentials and tokens wrong.</summary>
    WrongCredentials,

    /// <summary>IPMI: the packet is lost. Redfish, where the network repeats what is lost: as <see cref="Stall"/>.</summary>
    Lost,

    /// <summary>Has no room for another session.</summary>
    SessionsExhausted,

    /// <summary>Redfish: 503, with Retry-After where <see cref="Fault.RetryAfter"/> is set. IPMI: node busy (C0h).</summary>
    Unavailable,

    /// <summary>Answers with what is no answer: JSON that breaks off, a packet that was cut.</summary>
    Malformed,
}

/// <summary>Which protocol a fault concerns.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<FaultScope>))]
public enum FaultScope
{
    All,
    Redfish,
    Ipmi,
}

/// <summary>A fault of a management controller, until it is cleared.</summary>
/// <param name="Kind">What it does.</param>
public sealed record Fault(FaultKind Kind)
{
    /// <summary>Over which protocol.</summary>
    public FaultScope Scope { get; init; }

    /// <summary>How likely a request meets it: 1, always.</summary>
    public double Probability { get; init; } = 1;

    /// <summary>How many requests meet it before it is over; null: no limit.</summary>
    public int? Times { get; init; }

    /// <summary>For <see cref="FaultKind.Slow"/>: how much later the answer comes.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>For <see cref="FaultKind.Unavailable"/>: the seconds of Retry-After; null: no such header.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Only requests whose path contains this (Redfish); null: all.</summary>
    public string? Path { get; init; }

    /// <summary>Only requests of this HTTP method (Redfish); null: all.</summary>
    public string? Method { get; init; }

    internal bool Concerns(FaultScope protocol, string path, string method) =>
        (Scope == FaultScope.All || Scope == protocol)
        && (Path is null || path.Contains(Path, StringComparison.OrdinalIgnoreCase))
        && (Method is null || method.Equals(Method, StringComparison.OrdinalIgnoreCase));
}
