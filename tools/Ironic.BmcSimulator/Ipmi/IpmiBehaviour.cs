namespace Ironic.BmcSimulator.Ipmi;

/// <summary>In what real IPMI controllers differ from each other.</summary>
public sealed record IpmiBehaviour
{
    /// <summary>How many sessions a controller has room for.</summary>
    public int Sessions { get; init; } = 4;

    /// <summary>After how long without a packet a session ends (IPMI 2.0, section 6.12.15: 60 seconds).</summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The cipher suites that it speaks: of 3 and 17.</summary>
    public IReadOnlyList<int> Suites { get; init; } = [3, 17];

    /// <summary>Whether it knows the command that lists them.</summary>
    public bool TellsSuites { get; init; } = true;

    /// <summary>Whether it speaks IPMI 1.5 as well.</summary>
    public bool Version15 { get; init; } = true;

    /// <summary>The key of the controller (Kg), of at most 20 bytes; empty: none.</summary>
    public IReadOnlyList<byte> GroupKey { get; init; } = [];

    /// <summary>The highest privilege that the user has: 2 user, 3 operator, 4 administrator.</summary>
    public byte MaximumPrivilege { get; init; } = 4;

    /// <summary>The number of its manufacturer (IANA): 343 is Intel's, 674 Dell's, 10876 Supermicro's.</summary>
    public int Manufacturer { get; init; } = 343;

    /// <summary>How long it thinks before it answers. Only then is it seen whether a caller asks twice at the same time.</summary>
    public TimeSpan AnswerDelay { get; init; }
}
