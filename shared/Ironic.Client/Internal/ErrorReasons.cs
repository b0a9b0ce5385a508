using Google.Protobuf.Reflection;
using Ironic.Api.V1;

namespace Ironic.Client.Internal;

/// <summary>Finds the values of <see cref="ErrorReason"/> by the names that travel in google.rpc.ErrorInfo.</summary>
internal static class ErrorReasons
{
    private const string Prefix = "ERROR_REASON_";

    private static readonly EnumDescriptor Descriptor = ErrorsReflection.Descriptor.EnumTypes.Single(type => type.ClrType == typeof(ErrorReason));

    /// <param name="name"><c>NODE_NOT_FOUND</c></param>
    public static ErrorReason Find(string? name) =>
        name is not null && Descriptor.FindValueByName(Prefix + name) is { } value ? (ErrorReason)value.Number : ErrorReason.Unspecified;
}
