using System.Text.Json;
using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>Makes the <see cref="CallScope"/> of each kind of call.</summary>
internal sealed class CallScopes(DriverCatalog catalog)
{
    private readonly HashSet<string> _secretProperties =
        [.. catalog.Info.Interfaces.SelectMany(implementation => implementation.Properties).Where(property => property.Secret).Select(property => property.Name)];

    /// <summary>A call about a node.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="call">What came with it.</param>
    /// <param name="node">The node.</param>
    /// <param name="vendor">The vendor call, if it is one.</param>
    /// <param name="arguments">What else tells it apart from another call with the same operation id.</param>
    public CallScope ForNode(string operation, V1.CallContext? call, V1.NodeContext? node, V1.VendorCall? vendor = null, params ReadOnlySpan<object> arguments) =>
        Create(operation, call, node?.Uuid ?? "", vendor, arguments, node?.DriverInfo, node?.DriverInternalInfo, node?.InstanceInfo, vendor?.Parameters);

    /// <summary>A call about a node that changes something.</summary>
    /// <exception cref="RpcException">INVALID_PARAMETER: it has no operation id. PRECONDITION: it is meant for another start of the process.</exception>
    public CallScope ForChange(string operation, V1.CallContext? call, V1.NodeContext? node, params ReadOnlySpan<object> arguments) =>
        call is { OperationId.Length: > 0 }
            ? Create(operation, call, node?.Uuid ?? "", vendor: null, arguments, node?.DriverInfo, node?.DriverInternalInfo, node?.InstanceInfo)
            : throw ErrorTranslator.Create(ErrorClass.InvalidParameter, $"{operation} needs an operation id.");

    /// <summary>A phase of a boot; what the ramdisk is told may be secret, too.</summary>
    /// <exception cref="RpcException">As <see cref="ForChange"/>.</exception>
    public CallScope ForBoot(string operation, V1.RunBootPhaseRequest request)
    {
        var scope = ForChange(operation, request.Context, request.Node, request.Interface, request.Phase, request.Ramdisk ?? new V1.RamdiskBoot());
        if (request.Ramdisk is not { } ramdisk)
            return scope;
        var told = new JsonMap(JsonSerializer.Serialize(new { ramdisk.IsoUrl, ramdisk.KernelUrl, ramdisk.RamdiskUrl, ramdisk.Parameters }), JsonMapSource.Plain);
        return scope with { Redactor = scope.Redactor.With(told) };
    }

    /// <summary>A call about no node.</summary>
    public CallScope ForDriver(string operation, V1.CallContext? call, string driver, V1.VendorCall? vendor) =>
        Create(operation, call, nodeUuid: "", vendor, [driver], vendor?.Parameters);

    private CallScope Create(
        string operation, V1.CallContext? call, string nodeUuid, V1.VendorCall? vendor, ReadOnlySpan<object> arguments, params IEnumerable<Types.V1.Json?> sources)
    {
        if (call is { OperationId.Length: > 0, InstanceId: { Length: > 0 } meant } && meant != catalog.Info.InstanceId)
            throw ErrorTranslator.Create(ErrorClass.Precondition, $"The driver was started anew since {operation} was asked for; what became of it is unknown.");
        var fingerprint = new HashCode();
        fingerprint.Add(vendor?.Interface);
        fingerprint.Add(vendor?.Method);
        fingerprint.Add(vendor?.HttpMethod);
        fingerprint.Add(vendor?.Parameters?.Text);
        foreach (var argument in arguments)
            fingerprint.Add(argument);
        return new CallScope(
            operation,
            nodeUuid,
            call?.RequestId ?? "",
            call?.OperationId ?? "",
            call?.Epoch ?? 0,
            fingerprint.ToHashCode(),
            new SecretRedactor(_secretProperties, sources.OfType<Types.V1.Json>().Select(json => new JsonMap(json.Text, JsonMapSource.Plain))));
    }
}
