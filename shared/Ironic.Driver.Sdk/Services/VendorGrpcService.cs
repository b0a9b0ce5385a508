using System.Collections.Frozen;
using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The vendor interfaces of the process.</summary>
internal sealed class VendorGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.VendorPassthruService.VendorPassthruServiceBase
{
    public override Task<V1.ValidateNodeMethodResponse> ValidateNodeMethod(V1.ValidateNodeMethodRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode(Name("vendor.validate", request.Call), request.Context, request.Node, request.Call), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            await ValidateAsync(FindNodeMethod(request.Call), node, ContractMapping.ToVendorCall(request.Call), request.Call.Interface, cancellationToken);
            return new V1.ValidateNodeMethodResponse();
        });

    public override Task<V1.CallNodeMethodResponse> CallNodeMethod(V1.CallNodeMethodRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForNode(Name("vendor", request.Call), request.Context, request.Node, request.Call), context, async cancellationToken =>
        {
            var node = ContractMapping.ToNode(request.Node, request.Context);
            var method = FindNodeMethod(request.Call);
            var call = ContractMapping.ToVendorCall(request.Call);
            if (!request.Validated)
                await ValidateAsync(method, node, call, request.Call.Interface, cancellationToken);
            return new V1.CallNodeMethodResponse { Result = await method.InvokeAsync(new VendorInvocation(call, node, null, cancellationToken)) };
        });

    public override Task<V1.ValidateDriverMethodResponse> ValidateDriverMethod(V1.ValidateDriverMethodRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForDriver(Name("vendor.validate", request.Call), request.Context, request.Driver, request.Call), context, async cancellationToken =>
        {
            var driver = ContractMapping.ToDriver(request.Driver, request.Context);
            await ValidateAsync(FindDriverMethod(request.Call), driver, ContractMapping.ToVendorCall(request.Call), request.Call.Interface, cancellationToken);
            return new V1.ValidateDriverMethodResponse();
        });

    public override Task<V1.CallDriverMethodResponse> CallDriverMethod(V1.CallDriverMethodRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForDriver(Name("vendor", request.Call), request.Context, request.Driver, request.Call), context, async cancellationToken =>
        {
            var driver = ContractMapping.ToDriver(request.Driver, request.Context);
            var method = FindDriverMethod(request.Call);
            var call = ContractMapping.ToVendorCall(request.Call);
            if (!request.Validated)
                await ValidateAsync(method, driver, call, request.Call.Interface, cancellationToken);
            return new V1.CallDriverMethodResponse { Result = await method.InvokeAsync(new VendorInvocation(call, null, driver, cancellationToken)) };
        });

    private async ValueTask ValidateAsync(VendorMethod method, NodeContext node, VendorCall call, string vendor, CancellationToken cancellationToken)
    {
        _ = call.Parameters.Element;
        await catalog.Get<VendorInterface>(InterfaceType.Vendor, vendor).ValidateAsync(node, call, cancellationToken);
        method.CheckParameters(call);
    }

    private async ValueTask ValidateAsync(VendorMethod method, DriverContext driver, VendorCall call, string vendor, CancellationToken cancellationToken)
    {
        _ = call.Parameters.Element;
        await catalog.Get<VendorInterface>(InterfaceType.Vendor, vendor).ValidateDriverMethodAsync(driver, call, cancellationToken);
        method.CheckParameters(call);
    }

    private VendorMethod FindNodeMethod(V1.VendorCall? call) => Find(call, methods => methods.NodeMethods);

    private VendorMethod FindDriverMethod(V1.VendorCall? call) => Find(call, methods => methods.DriverMethods);

    private VendorMethod Find(V1.VendorCall? call, Func<VendorMethodTable, FrozenDictionary<string, VendorMethod>> methods)
    {
        if (call is null || call.Method.Length == 0)
            throw new InvalidParameterException("The call names no method.");
        var method = VendorMethodTable.Find(methods(catalog.GetVendorMethods(call.Interface)), call.Method);
        method.CheckHttpMethod(call.HttpMethod);
        return method;
    }

    private static string Name(string prefix, V1.VendorCall? call) => $"{prefix}.{call?.Method}";
}
