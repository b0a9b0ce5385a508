namespace Ironic.Driver.Sdk;

/// <summary>Reads BIOS settings; steps change them.</summary>
public abstract class BiosInterface : DriverInterface
{
    /// <inheritdoc/>
    public sealed override InterfaceType Type => InterfaceType.Bios;

    /// <summary>The settings as the machine has them now.</summary>
    public abstract ValueTask<IReadOnlyList<BiosSetting>> GetSettingsAsync(NodeContext node, CancellationToken cancellationToken);
}

/// <summary>A BIOS setting.</summary>
/// <param name="Name">Unique in the machine.</param>
/// <param name="Value">Null: it has none.</param>
public sealed record BiosSetting(string Name, string? Value)
{
    /// <summary><c>Enumeration</c>, <c>Integer</c>, <c>String</c>, <c>Boolean</c>, <c>Password</c>; null when unknown, as all below.</summary>
    public string? AttributeType { get; init; }

    /// <summary>The values of an enumeration.</summary>
    public IReadOnlyList<string> AllowableValues { get; init; } = [];

    /// <summary>The lowest integer.</summary>
    public long? LowerBound { get; init; }

    /// <summary>The highest integer.</summary>
    public long? UpperBound { get; init; }

    /// <summary>The least number of characters.</summary>
    public long? MinLength { get; init; }

    /// <summary>The highest number of characters.</summary>
    public long? MaxLength { get; init; }

    /// <summary>Whether it can only be looked at.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Whether a change needs a reset of the machine.</summary>
    public bool? ResetRequired { get; init; }

    /// <summary>Whether the value is that of this machine alone.</summary>
    public bool? Unique { get; init; }
}
