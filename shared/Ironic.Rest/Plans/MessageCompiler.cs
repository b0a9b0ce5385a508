using System.Text;
using Google.Api;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>Compiles message and enum descriptors, each once.</summary>
internal sealed class MessageCompiler
{
    private readonly Dictionary<MessageDescriptor, MessagePlan> _messages = [];
    private readonly Dictionary<EnumDescriptor, EnumPlan> _enums = [];

    /// <exception cref="ContractException">A field has no REST form, or an option contradicts it.</exception>
    public MessagePlan Compile(MessageDescriptor descriptor)
    {
        if (_messages.TryGetValue(descriptor, out var plan))
            return plan;
        plan = new MessagePlan(descriptor);
        _messages.Add(descriptor, plan);
        var fields = descriptor.Fields.InFieldNumberOrder().Select(CompileField).ToArray();
        var duplicate = fields.GroupBy(field => field.Name).FirstOrDefault(group => group.Count() > 1);
        if (duplicate is not null)
            throw new ContractException($"{descriptor.FullName} has two fields called {duplicate.Key}.");
        var options = descriptor.GetOptions();
        var rule = options?.GetExtension(RestExtensions.Resource);
        plan.Complete(fields, rule is null ? null : new ResourcePlan(rule, fields), options?.GetExtension(RestExtensions.Body));
        if (plan.Resource is { Parent.Length: > 0 } child && ValueTemplate.FieldsOf(child.Parent).All(name => plan.FindByContractName(name) is not null))
            child.ParentOfItem = new ValueTemplate("/" + child.Parent, plan, null);
        if (options?.GetExtension(RestExtensions.Link) is { } link)
            plan.LinkObject = new LinkObjectPlan(link, plan);
        return plan;
    }

    private FieldPlan CompileField(FieldDescriptor descriptor, int index)
    {
        var options = descriptor.GetOptions();
        var rule = options?.GetExtension(RestExtensions.Field) ?? new FieldRule();
        var name = rule.Name.Length > 0 ? rule.Name : descriptor.Name;
        var kind = KindOf(descriptor);
        return new FieldPlan
        {
            Index = index,
            Descriptor = descriptor,
            Rule = rule,
            Kind = kind,
            Behavior = options?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.ToArray() ?? [],
            Message = kind == ValueKind.Message && !descriptor.IsMap ? Compile(descriptor.MessageType) : null,
            Enum = kind == ValueKind.Enum ? CompileEnum(descriptor.EnumType) : null,
            MapValue = descriptor.IsMap ? CompileMapValue(descriptor) : null,
            LaterKeys = [.. rule.Keys.Select(key => (Encoding.UTF8.GetBytes(key.Key), key.Since))],
            Name = name,
            JsonKey = Encoding.UTF8.GetBytes($"\"{name}\":"),
            AbsentJson = AbsentJsonOf(descriptor, rule),
        };
    }

    private FieldPlan CompileMapValue(FieldDescriptor map)
    {
        var key = map.MessageType.FindFieldByNumber(1);
        if (key.FieldType != FieldType.String)
            throw new ContractException($"{map.FullName} is a map whose keys are no strings; JSON has only such.");
        return CompileField(map.MessageType.FindFieldByNumber(2), 0);
    }

    private EnumPlan CompileEnum(EnumDescriptor descriptor)
    {
        if (!_enums.TryGetValue(descriptor, out var plan))
            _enums.Add(descriptor, plan = new EnumPlan(descriptor));
        return plan;
    }

    private static ValueKind KindOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.String => ValueKind.Text,
        FieldType.Bytes => ValueKind.Bytes,
        FieldType.Bool => ValueKind.Boolean,
        FieldType.Int32 or FieldType.Int64 => ValueKind.SignedInteger,
        FieldType.UInt32 or FieldType.UInt64 => ValueKind.UnsignedInteger,
        FieldType.Double => ValueKind.Double,
        FieldType.Float => ValueKind.Float,
        FieldType.Enum => ValueKind.Enum,
        FieldType.Message when field.MessageType.FullName == Timestamp.Descriptor.FullName => ValueKind.Timestamp,
        FieldType.Message when field.MessageType.FullName == Types.V1.Json.Descriptor.FullName => ValueKind.Json,
        FieldType.Message => ValueKind.Message,
        _ => throw new ContractException($"{field.FullName} is of the type {field.FieldType}, which has no REST form."),
    };

    private static byte[]? AbsentJsonOf(FieldDescriptor field, FieldRule rule) => rule.Absent switch
    {
        Absent.Unspecified when field.IsMap => "{}"u8.ToArray(),
        Absent.Unspecified when field.IsRepeated => "[]"u8.ToArray(),
        Absent.Unspecified => "null"u8.ToArray(),
        Absent.EmptyObject => "{}"u8.ToArray(),
        Absent.EmptyList => "[]"u8.ToArray(),
        Absent.False => "false"u8.ToArray(),
        Absent.EmptyString => "\"\""u8.ToArray(),
        Absent.Zero => "0"u8.ToArray(),
        Absent.Omitted => null,
        _ => throw new ContractException($"{field.FullName} has an unknown rule for an absent value."),
    };
}
