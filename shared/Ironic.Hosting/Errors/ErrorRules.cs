using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Protos;
using Ironic.Rest.V1;

namespace Ironic.Hosting.Errors;

/// <summary>How one error appears to callers, as its <c>(ironic.rest.v1.error)</c> annotation says.</summary>
/// <param name="Name">The enum value's name without its prefix: <c>NODE_NOT_FOUND</c>. gRPC callers see it as <c>ErrorInfo.reason</c>.</param>
/// <param name="StatusCode">The gRPC status.</param>
/// <param name="HttpStatus">The HTTP status.</param>
/// <param name="FaultCode"><c>faultcode</c> of Ironic's error body: <c>Client</c> or <c>Server</c>, unless the annotation says another.</param>
public sealed record ErrorMapping(string Name, StatusCode StatusCode, int HttpStatus, string FaultCode);

/// <summary>The annotations of <see cref="ErrorReason"/>, read once.</summary>
public static class ErrorRules
{
    private const string Prefix = "ERROR_REASON_";

    private static readonly FrozenDictionary<ErrorReason, ErrorMapping> ByReason = Read();

    private static readonly FrozenDictionary<string, ErrorReason> ByName =
        ByReason.ToFrozenDictionary(pair => pair.Value.Name, pair => pair.Key, StringComparer.Ordinal);

    /// <summary>The mapping of a reason; for <see cref="ErrorReason.Unspecified"/> and values that this version does not know, that of <see cref="ErrorReason.Internal"/>.</summary>
    public static ErrorMapping Get(ErrorReason reason) => ByReason.TryGetValue(reason, out var mapping) ? mapping : ByReason[ErrorReason.Internal];

    /// <summary>Finds a reason by the name that <c>ErrorInfo.reason</c> carries.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, out ErrorReason reason)
    {
        reason = ErrorReason.Unspecified;
        return name is not null && ByName.TryGetValue(name, out reason);
    }

    /// <summary>Makes the exception that carries <paramref name="reason"/> over gRPC.</summary>
    public static RpcException ToRpcException(ErrorReason reason, string message)
    {
        var mapping = Get(reason);
        return StatusDetails.CreateException(mapping.StatusCode, message, StatusDetails.ApiDomain, mapping.Name);
    }

    private static FrozenDictionary<ErrorReason, ErrorMapping> Read()
    {
        var mappings = new Dictionary<ErrorReason, ErrorMapping>();
        var descriptor = ErrorsReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>(nameof(ErrorReason));
        foreach (var value in descriptor.Values)
        {
            if (value.GetOptions()?.GetExtension(RestExtensions.Error) is not { } rule)
                continue;
            var fault = rule.Fault.Length > 0 ? rule.Fault : rule.Http is >= 400 and < 500 ? "Client" : "Server";
            mappings.Add((ErrorReason)value.Number, new ErrorMapping(value.Name[Prefix.Length..], (StatusCode)rule.Grpc, (int)rule.Http, fault));
        }

        return mappings.ToFrozenDictionary();
    }
}
