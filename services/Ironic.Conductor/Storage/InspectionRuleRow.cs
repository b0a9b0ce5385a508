namespace Ironic.Conductor.Storage;

/// <summary>One row of <c>inspection_rules</c>.</summary>
internal sealed class InspectionRuleRow : IResourceRow<InspectionRuleRow>
{
    /// <summary>The phase of a rule that says nothing else, and the only one that there is.</summary>
    public const string MainPhase = "main";

    public long Id { get; set; }

    public string Uuid { get; set; } = "";

    public DateTime CreatedAt { get; set; }

    public DateTime? UpdatedAt { get; set; }

    public string? Description { get; set; }

    public string Phase { get; set; } = MainPhase;

    public int Priority { get; set; }

    /// <summary>Whether nobody sees <see cref="Conditions"/> and <see cref="Actions"/>.</summary>
    public bool Sensitive { get; set; }

    /// <summary>A JSON array.</summary>
    public string Conditions { get; set; } = "[]";

    /// <summary>A JSON array.</summary>
    public string Actions { get; set; } = "[]";

    public InspectionRuleRow Clone() => (InspectionRuleRow)MemberwiseClone();
}
