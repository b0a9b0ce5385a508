using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Machines;

/// <summary>One attribute of a simulated BIOS.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Default">Its value from the factory.</param>
/// <param name="Values">What it may be, of an enumeration; null for others.</param>
/// <param name="Lower">The least value of an integer.</param>
/// <param name="Upper">The greatest value of an integer.</param>
/// <param name="MaximumLength">Of a string.</param>
/// <param name="ReadOnly">Whether nobody can change it.</param>
internal sealed record BiosAttribute(
    string Name, JsonValue Default, IReadOnlyList<string>? Values = null, int? Lower = null, int? Upper = null, int? MaximumLength = null, bool ReadOnly = false)
{
    public static readonly IReadOnlyList<BiosAttribute> All =
    [
        new("BootMode", JsonValue.Create("Uefi"), ["Uefi", "Bios"]),
        new("ProcVirtualization", JsonValue.Create("Enabled"), ["Enabled", "Disabled"]),
        new("LogicalProc", JsonValue.Create("Enabled"), ["Enabled", "Disabled"]),
        new("SysProfile", JsonValue.Create("PerfPerWattOptimized"), ["PerfPerWattOptimized", "PerfOptimized", "DenseCfgOptimized", "Custom"]),
        new("SriovGlobalEnable", JsonValue.Create("Disabled"), ["Enabled", "Disabled"]),
        new("NumLock", JsonValue.Create(true)),
        new("ProcCores", JsonValue.Create(0), Lower: 0, Upper: 64),
        new("BootDelaySeconds", JsonValue.Create(5), Lower: 0, Upper: 600),
        new("AssetTag", JsonValue.Create(""), MaximumLength: 63),
        new("SystemBiosVersion", JsonValue.Create("2.1.0"), MaximumLength: 16, ReadOnly: true),
    ];

    /// <summary>The type in the words of Redfish's attribute registry.</summary>
    public string Type => Values is not null ? "Enumeration" : Default.GetValueKind() switch
    {
        System.Text.Json.JsonValueKind.Number => "Integer",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "Boolean",
        _ => "String",
    };

    /// <summary>Whether it can have this value.</summary>
    public bool Allows(JsonNode? value)
    {
        if (value is not JsonValue scalar)
            return false;
        return Type switch
        {
            "Enumeration" => scalar.TryGetValue<string>(out var word) && Values!.Contains(word),
            "Integer" => scalar.TryGetValue<long>(out var number) && number >= (Lower ?? long.MinValue) && number <= (Upper ?? long.MaxValue),
            "Boolean" => scalar.TryGetValue<bool>(out _),
            _ => scalar.TryGetValue<string>(out var text) && text.Length <= (MaximumLength ?? int.MaxValue),
        };
    }
}

/// <summary>The BIOS attributes of one machine: those in force, and those that the next boot brings into force.</summary>
internal sealed class BiosSettings
{
    private readonly Dictionary<string, JsonValue> _current = BiosAttribute.All.ToDictionary(attribute => attribute.Name, attribute => attribute.Default);
    private readonly Dictionary<string, JsonValue> _pending = [];

    public IReadOnlyDictionary<string, JsonValue> Current => _current;

    public IReadOnlyDictionary<string, JsonValue> Pending => _pending;

    /// <summary>When settings came into force last; null: never yet.</summary>
    public DateTimeOffset? AppliedAt { get; private set; }

    /// <summary>Keeps a value for the next boot. The caller has checked it.</summary>
    public void Set(string name, JsonValue value) => _pending[name] = (JsonValue)value.DeepClone();

    /// <summary>Keeps the values from the factory for the next boot.</summary>
    public void ResetToDefaults()
    {
        foreach (var attribute in BiosAttribute.All.Where(attribute => !attribute.ReadOnly))
            _pending[attribute.Name] = attribute.Default;
    }

    /// <summary>Brings the kept values into force.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Apply(DateTimeOffset now)
    {
        if (_pending.Count == 0)
            return false;
        foreach (var (name, value) in _pending)
            _current[name] = value;
        _pending.Clear();
        AppliedAt = now;
        return true;
    }
}
