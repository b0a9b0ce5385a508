using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;
using Ironic.Types.V1;

namespace Ironic.Conductor.Patches;

/// <summary>What a field of a resource holds.</summary>
internal enum ResourceFieldType
{
    Text,
    Boolean,
    Integer,
    Object,
    List,
}

/// <summary>A field of a resource, as the contract describes it, and the property of the stored row that holds it.</summary>
internal sealed class ResourceField<TRow>
    where TRow : class, new()
{
    private readonly PropertyInfo _property;
    private readonly object? _default;

    private ResourceField(FieldDescriptor descriptor, PropertyInfo property, ResourceFieldType type)
    {
        Name = descriptor.Name;
        Type = type;
        _property = property;
        _default = property.GetValue(new TRow());
        Rule = descriptor.GetOptions()?.GetExtension(RestExtensions.Field) ?? new FieldRule();
        var behavior = descriptor.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior);
        IsRequired = (Rule.NotNull && !Rule.Removable) || (behavior?.Contains(FieldBehavior.Required) ?? false);
        IsPatchable = behavior is null || !(behavior.Contains(FieldBehavior.OutputOnly) || behavior.Contains(FieldBehavior.InputOnly) || behavior.Contains(FieldBehavior.Immutable));
    }

    public string Name { get; }

    public ResourceFieldType Type { get; }

    /// <summary>The microversions that have it, and its limits.</summary>
    public FieldRule Rule { get; }

    /// <summary>It cannot be removed, nor be null.</summary>
    public bool IsRequired { get; }

    /// <summary>Whether callers may change it.</summary>
    public bool IsPatchable { get; }

    /// <summary>The field of the contract, where the row has a property for it; else null.</summary>
    public static ResourceField<TRow>? Find(FieldDescriptor descriptor)
    {
        if (typeof(TRow).GetProperty(descriptor.PropertyName) is not { } property)
            return null;
        if (descriptor.IsRepeated)
            return property.PropertyType == typeof(string) ? new ResourceField<TRow>(descriptor, property, ResourceFieldType.List) : null;
        ResourceFieldType? type = descriptor.FieldType switch
        {
            FieldType.Bool => ResourceFieldType.Boolean,
            FieldType.String => ResourceFieldType.Text,
            FieldType.Int32 => ResourceFieldType.Integer,
            FieldType.Message when descriptor.MessageType.FullName == Json.Descriptor.FullName => ResourceFieldType.Object,
            _ => null,
        };
        return type is { } known ? new ResourceField<TRow>(descriptor, property, known) : null;
    }

    /// <summary>A string, a bool, an int, JSON text or null.</summary>
    public object? Get(TRow row) => _property.GetValue(row);

    /// <summary>Sets a value of the field's type; null: the default.</summary>
    public void Set(TRow row, object? value) => _property.SetValue(row, value ?? _default);
}
