using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Ironic.Conductor.Nodes;
using PowerTarget = Ironic.Driver.V1.PowerTarget;

namespace Ironic.Conductor.Steps;

/// <summary>One step of a flow, in Ironic's form: as callers give it, as it is stored, and as <c>clean_step</c> and its like show it.</summary>
internal sealed record NodeStep
{
    private static readonly JsonSerializerOptions Format = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JsonTexts.Verbatim.Encoder,
        NumberHandling = JsonNumberHandling.AllowReadingFromString,
    };

    /// <summary>The kind of interface, in lower case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string Interface { get; init; } = "";

    [JsonPropertyName("step")]
    public string Name { get; init; } = "";

    public JsonObject? Args { get; init; }

    /// <summary>The higher the earlier, within an automated flow or a deployment; null before somebody has said.</summary>
    public int? Priority { get; init; }

    /// <summary>Whether it may be stopped in the middle; null before the driver has said.</summary>
    public bool? Abortable { get; init; }

    public bool RequiresRamdisk { get; init; }

    /// <summary>Whether it runs on the node's children instead of the node.</summary>
    public bool ExecuteOnChildNodes { get; init; }

    /// <summary>UUIDs of the children on which it runs; null or empty: all.</summary>
    public IReadOnlyList<string>? LimitChildNodeExecution { get; init; }

    /// <summary>Somebody asked to abort the flow while this step, which is not abortable, ran.</summary>
    public bool AbortAfter { get; init; }

    /// <summary><c>INTERFACE.STEP</c>.</summary>
    [JsonIgnore]
    public string Id => $"{Interface}.{Name}";

    /// <summary>Whether the conductor itself does it: <c>power_on</c>, <c>power_off</c>, <c>reboot</c>, <c>hold</c>, <c>wait</c>.</summary>
    [JsonIgnore]
    public bool IsReserved => Name is ReservedSteps.PowerOn or ReservedSteps.PowerOff or ReservedSteps.Reboot or ReservedSteps.Hold or ReservedSteps.Wait;

    /// <summary>The step as JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>A step that is stored; null for none.</summary>
    public static NodeStep? Read(string? json)
    {
        if (json is null)
            return null;
        var step = JsonSerializer.Deserialize<NodeStep>(json, Format);
        return step is { Interface.Length: > 0 } ? step : null;
    }

    /// <summary>Steps out of JSON whose shape was checked.</summary>
    public static IReadOnlyList<NodeStep> ReadList(JsonNode? list) => list?.Deserialize<List<NodeStep>>(Format) ?? [];

    public static JsonArray WriteList(IEnumerable<NodeStep> steps) => [.. steps.Select(step => JsonSerializer.SerializeToNode(step, Format))];
}

/// <summary>Names of the steps that every node has because the conductor does them.</summary>
internal static class ReservedSteps
{
    public const string PowerOn = "power_on";
    public const string PowerOff = "power_off";
    public const string Reboot = "reboot";
    public const string Hold = "hold";
    public const string Wait = "wait";

    /// <summary>What a step does to the power of its machine.</summary>
    /// <returns>Null: it is no power step.</returns>
    public static PowerTarget? FindPower(string step) => step switch
    {
        PowerOn => PowerTarget.On,
        PowerOff => PowerTarget.Off,
        Reboot => PowerTarget.Reboot,
        _ => null,
    };
}
