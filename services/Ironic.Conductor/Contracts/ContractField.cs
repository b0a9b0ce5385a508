using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;
using Ironic.Types.V1;

namespace Ironic.Conductor.Contracts;

/// <summary>One field of a message with what the contract's options say of it, read once.</summary>
internal sealed class ContractField
{
    private static readonly ConcurrentDictionary<MessageDescriptor, ContractField[]> ByMessage = new();

    private ContractField(FieldDescriptor descriptor)
    {
        var options = descriptor.GetOptions();
        var behavior = options?.GetExtension(FieldBehaviorExtensions.FieldBehavior);
        Descriptor = descriptor;
        Rule = options?.GetExtension(RestExtensions.Field) ?? new FieldRule();
        Name = Rule.Name.Length > 0 ? Rule.Name : descriptor.Name;
        IsRequired = behavior?.Contains(FieldBehavior.Required) ?? false;
        IsOutputOnly = behavior?.Contains(FieldBehavior.OutputOnly) ?? false;
        IsJson = descriptor.FieldType == FieldType.Message && descriptor.MessageType.FullName == Json.Descriptor.FullName;
        if (descriptor.FieldType != FieldType.Enum)
            return;
        var texts = descriptor.EnumType.Values.Select(v => (v.Number, v.GetOptions()?.GetExtension(RestExtensions.Value)?.Text)).Where(v => v.Text is { Length: > 0 }).ToArray();
        EnumTexts = texts.ToFrozenDictionary(v => v.Number, v => v.Text!);
        EnumNumbers = texts.ToFrozenDictionary(v => v.Text!, v => v.Number, StringComparer.Ordinal);
    }

    public FieldDescriptor Descriptor { get; }

    public FieldRule Rule { get; }

    /// <summary>Its name over REST, which callers know it by.</summary>
    public string Name { get; }

    public bool IsRequired { get; }

    public bool IsOutputOnly { get; }

    /// <summary>Whether it holds JSON of any form.</summary>
    public bool IsJson { get; }

    /// <summary>The texts of an enum's values, by number.</summary>
    public FrozenDictionary<int, string> EnumTexts { get; } = FrozenDictionary<int, string>.Empty;

    /// <summary>The numbers of an enum's values, by text.</summary>
    public FrozenDictionary<string, int> EnumNumbers { get; } = FrozenDictionary<string, int>.Empty;

    /// <summary>The fields of a message, by number.</summary>
    public static IReadOnlyList<ContractField> Of(MessageDescriptor message) =>
        ByMessage.GetOrAdd(message, static m => [.. m.Fields.InFieldNumberOrder().Select(f => new ContractField(f))]);
}
