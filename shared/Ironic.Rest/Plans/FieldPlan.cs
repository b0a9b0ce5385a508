using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>What a field's values are, as far as JSON and the wire are concerned.</summary>
internal enum ValueKind
{
    Text,
    Bytes,
    Boolean,
    SignedInteger,
    UnsignedInteger,
    Double,
    Float,
    Enum,
    Timestamp,
    Json,
    Message,
}

/// <summary>One field of a message, with everything that the REST side needs to know of it.</summary>
internal sealed class FieldPlan
{
    /// <summary>Position in <see cref="MessagePlan.Fields"/>.</summary>
    public required int Index { get; init; }

    public required FieldDescriptor Descriptor { get; init; }

    public required FieldRule Rule { get; init; }

    public required ValueKind Kind { get; init; }

    /// <summary>Behaviours that google.api.field_behavior gives the field.</summary>
    public required IReadOnlyCollection<FieldBehavior> Behavior { get; init; }

    /// <summary>The type of a message field, or of the values of a map of messages.</summary>
    public MessagePlan? Message { get; init; }

    /// <summary>The type of an enum field.</summary>
    public EnumPlan? Enum { get; init; }

    /// <summary>The value of a map's entries; null when the field is no map.</summary>
    public FieldPlan? MapValue { get; init; }

    /// <summary>The keys of a map that not every microversion has, with the first that has them.</summary>
    public IReadOnlyList<(byte[] Key, uint Since)> LaterKeys { get; init; } = [];

    public int Number => Descriptor.FieldNumber;

    /// <summary>Name over REST.</summary>
    public required string Name { get; init; }

    /// <summary>Name in the contract, which gRPC callers and read masks use.</summary>
    public string ContractName => Descriptor.Name;

    /// <summary>The key with its quotation marks and the colon, as it stands in an object.</summary>
    public required byte[] JsonKey { get; init; }

    /// <summary>What stands for a missing value; null when the key is left out.</summary>
    public required byte[]? AbsentJson { get; init; }

    public bool IsMap => MapValue is not null;

    public bool IsList => Descriptor.IsRepeated && !IsMap;

    /// <summary>Whether several values may stand in one length-delimited run.</summary>
    public bool IsPackable => IsList && Kind is ValueKind.Boolean or ValueKind.SignedInteger or ValueKind.UnsignedInteger or ValueKind.Double or ValueKind.Float or ValueKind.Enum;

    /// <summary>Whether the field has to be in the body, the query or the path.</summary>
    public bool IsRequired => Behavior.Contains(FieldBehavior.Required);

    /// <summary>Whether a request body may not have the field: callers see it, the service sets it.</summary>
    public bool IsOutputOnly => Behavior.Contains(FieldBehavior.OutputOnly);

    /// <summary>Whether callers give the field and never see it.</summary>
    public bool IsInputOnly => Behavior.Contains(FieldBehavior.InputOnly);

    /// <summary>Whether it takes the members of a JSON object that are no fields.</summary>
    public bool IsRest { get; internal set; }

    /// <summary>The field beside this one that hides its value where it is true; null when there is none.</summary>
    public FieldPlan? NullWhen { get; internal set; }

    /// <summary>Whether a microversion accepts the field in requests.</summary>
    public bool IsVisible(int version) => version >= Rule.Since && (Rule.Until == 0 || version < Rule.Until);

    /// <summary>Whether a microversion shows the field in answers.</summary>
    public bool IsShown(int version) => !Rule.Hidden && !IsInputOnly && version >= (Rule.ShownSince == 0 ? Rule.Since : Rule.ShownSince) && (Rule.Until == 0 || version < Rule.Until);
}
