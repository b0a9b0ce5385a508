namespace Ironic.Testing;

/// <summary>How a <see cref="PostgresServer"/> is set up.</summary>
public sealed record PostgresOptions
{
    /// <summary>
    /// Whether a commit waits for the disk. Off is several times faster and safe unless the machine itself crashes;
    /// measurements that are to mean something need it on.
    /// </summary>
    public bool Durable { get; init; }

    /// <summary>PostgreSQL's max_connections: all pools of all databases of one server share them.</summary>
    public int MaxConnections { get; init; } = 400;

    /// <summary>Whether the plan of every statement is kept, for <see cref="PostgresServer.ReadPlansAsync"/>. Slower.</summary>
    public bool KeepPlans { get; init; }
}
