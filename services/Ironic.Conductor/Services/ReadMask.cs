using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Ironic.Rest.V1;

namespace Ironic.Conductor.Services;

/// <summary>A method whose request has a read mask, and the field of its response that the mask is about.</summary>
internal sealed class MaskedMethod
{
    private readonly FieldDescriptor _mask;
    private readonly FieldDescriptor _resource;

    private MaskedMethod(FieldDescriptor mask, FieldDescriptor resource) => (_mask, _resource) = (mask, resource);

    /// <summary>Null when the request has no field with ROLE_READ_MASK.</summary>
    public static MaskedMethod? Create(MessageDescriptor request, MessageDescriptor response)
    {
        if (request.Fields.InDeclarationOrder().FirstOrDefault(IsMask) is not { } mask)
            return null;
        var resource = response.Fields.InDeclarationOrder().Single(field =>
            field.FieldType == FieldType.Message && field.MessageType.GetOptions()?.HasExtension(RestExtensions.Resource) == true);
        return new MaskedMethod(mask, resource);
    }

    /// <summary>The mask of a request; null when the request wants everything.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: the resource has no such field.</exception>
    public ReadMask? Read(IMessage request)
    {
        var names = (RepeatedField<string>)_mask.Accessor.GetValue(request);
        if (names.Count == 0)
            return null;
        var fields = _resource.MessageType.Fields;
        var unknown = names.Where(name => _resource.MessageType.FindFieldByName(name) is null).ToList();
        if (unknown.Count > 0)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"Field(s) \"{string.Join(", ", unknown)}\" are not valid");
        var wanted = names.ToHashSet(StringComparer.Ordinal);
        return new ReadMask(_resource, [.. fields.InDeclarationOrder().Where(field => !wanted.Contains(field.Name))]);
    }

    private static bool IsMask(FieldDescriptor field) => field.GetOptions()?.GetExtension(RestExtensions.Field)?.Role == Role.ReadMask;
}

/// <summary>The mask of one request.</summary>
/// <param name="resource">The response's field that is masked: a resource, or a list of them.</param>
/// <param name="hidden">The resource's fields that are not asked for.</param>
internal sealed class ReadMask(FieldDescriptor resource, FieldDescriptor[] hidden)
{
    public void Apply(IMessage response)
    {
        var value = resource.Accessor.GetValue(response);
        if (value is IMessage message)
            Hide(message);
        else if (value is IList messages)
        {
            foreach (IMessage each in messages)
                Hide(each);
        }
    }

    private void Hide(IMessage message)
    {
        foreach (var field in hidden)
            field.Accessor.Clear(message);
    }
}
