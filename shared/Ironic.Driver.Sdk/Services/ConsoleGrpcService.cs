using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The console interfaces of the process.</summary>
internal sealed class ConsoleGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.ConsoleService.ConsoleServiceBase
{
    public override Task<V1.GetConsoleResponse> GetConsole(V1.GetConsoleRequest request, ServerCallContext context) =>
        calls.ReadAsync(scopes.ForNode("console.get_console", request.Context, request.Node), context, async cancellationToken =>
        {
            var address = await Find(request.Interface).GetConsoleAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            var response = new V1.GetConsoleResponse();
            if (address.Type is { } type)
                response.Type = type;
            if (address.Url is { } url)
                response.Url = url;
            return response;
        });

    public override Task<V1.StartConsoleResponse> StartConsole(V1.StartConsoleRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("console.start_console", request.Context, request.Node, request.Interface), context, async cancellationToken =>
        {
            await Find(request.Interface).StartConsoleAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.StartConsoleResponse();
        });

    public override Task<V1.StopConsoleResponse> StopConsole(V1.StopConsoleRequest request, ServerCallContext context) =>
        calls.ChangeAsync(scopes.ForChange("console.stop_console", request.Context, request.Node, request.Interface), context, async cancellationToken =>
        {
            await Find(request.Interface).StopConsoleAsync(ContractMapping.ToNode(request.Node, request.Context), cancellationToken);
            return new V1.StopConsoleResponse();
        });

    private ConsoleInterface Find(string name) => catalog.Get<ConsoleInterface>(InterfaceType.Console, name);
}
