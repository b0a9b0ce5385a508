using System.Collections.Frozen;
using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Conductor.Storage;
using Ironic.Rest.V1;
using Ironic.Types.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>What a field of a node holds.</summary>
internal enum NodeFieldType
{
    Text,
    Boolean,
    Object,
}

/// <summary>A field of a node that callers may change, as the contract describes it, and the column that holds it.</summary>
internal sealed class NodeField
{
    private readonly PropertyInfo _property;
    private readonly object? _default;

    private NodeField(FieldDescriptor descriptor, PropertyInfo property)
    {
        Name = descriptor.Name;
        _property = property;
        _default = property.GetValue(new NodeRow());
        Rule = descriptor.GetOptions()?.GetExtension(RestExtensions.Field) ?? new FieldRule();
        var behavior = descriptor.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior);
        IsRequired = behavior?.Contains(FieldBehavior.Required) ?? false;
        IsPatchable = behavior is null || !(behavior.Contains(FieldBehavior.OutputOnly) || behavior.Contains(FieldBehavior.Immutable));
        Type = descriptor.FieldType switch
        {
            FieldType.Bool => NodeFieldType.Boolean,
            FieldType.String => NodeFieldType.Text,
            FieldType.Message when descriptor.MessageType.FullName == Json.Descriptor.FullName => NodeFieldType.Object,
            _ => throw new InvalidOperationException($"The field {Name} cannot be patched."),
        };
    }

    /// <summary>By name.</summary>
    public static FrozenDictionary<string, NodeField> Patchable { get; } = (
        from descriptor in Node.Descriptor.Fields.InDeclarationOrder()
        where descriptor.FieldType is FieldType.Bool or FieldType.String || (descriptor.FieldType == FieldType.Message && descriptor.MessageType.FullName == Json.Descriptor.FullName)
        where !descriptor.IsRepeated
        let property = typeof(NodeRow).GetProperty(descriptor.PropertyName)
        where property is not null
        let field = new NodeField(descriptor, property)
        where field.IsPatchable
        select field).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public string Name { get; }

    public NodeFieldType Type { get; }

    /// <summary>The microversions that have it, and its limits.</summary>
    public FieldRule Rule { get; }

    /// <summary>It cannot be removed, nor be null.</summary>
    public bool IsRequired { get; }

    private bool IsPatchable { get; }

    /// <summary>A string, a bool, JSON text or null.</summary>
    public object? Get(NodeRow node) => _property.GetValue(node);

    /// <summary>Sets a value of the field's type; null: the default.</summary>
    public void Set(NodeRow node, object? value) => _property.SetValue(node, value ?? _default);
}
