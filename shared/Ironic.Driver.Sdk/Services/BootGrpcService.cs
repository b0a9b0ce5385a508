using Grpc.Core;
using Ironic.Driver.Sdk.Catalog;
using Ironic.Driver.Sdk.Operations;

namespace Ironic.Driver.Sdk.Services;

/// <summary>The boot interfaces of the process.</summary>
internal sealed class BootGrpcService(DriverCatalog catalog, CallRunner calls, CallScopes scopes) : V1.BootService.BootServiceBase
{
    public override Task RunBootPhase(V1.RunBootPhaseRequest request, IServerStreamWriter<V1.RunBootPhaseResponse> responseStream, ServerCallContext context) =>
        calls.StreamAsync<V1.RunBootPhaseResponse>(
            scopes.ForBoot($"boot.{DriverJson.ToSnakeCase(request.Phase.ToString())}", request),
            request.ResumeAfter,
            context,
            (progress, result, cancellationToken) => responseStream.WriteAsync(
                new V1.RunBootPhaseResponse { Progress = progress, Outcome = result?.Outcome ?? V1.WorkOutcome.Unspecified }, cancellationToken),
            async (progress, cancellationToken) =>
            {
                await RunAsync(request, progress, cancellationToken);
                return new V1.RunBootPhaseResponse { Outcome = V1.WorkOutcome.Done };
            });

    private Task RunAsync(V1.RunBootPhaseRequest request, IOperationProgress progress, CancellationToken cancellationToken)
    {
        var node = ContractMapping.ToNode(request.Node, request.Context);
        var boot = catalog.Get<BootInterface>(InterfaceType.Boot, request.Interface);
        return request.Phase switch
        {
            V1.BootPhase.PrepareRamdisk => boot.PrepareRamdiskAsync(node, ToRamdisk(request.Ramdisk), progress, cancellationToken),
            V1.BootPhase.CleanUpRamdisk => boot.CleanUpRamdiskAsync(node, progress, cancellationToken),
            V1.BootPhase.PrepareInstance => boot.PrepareInstanceAsync(node, progress, cancellationToken),
            V1.BootPhase.CleanUpInstance => boot.CleanUpInstanceAsync(node, progress, cancellationToken),
            _ => throw new UnsupportedOperationException($"The boot interface '{boot.Name}' does not know the phase {request.Phase}."),
        };
    }

    private static RamdiskBoot ToRamdisk(V1.RamdiskBoot? ramdisk) =>
        ramdisk is { IsoUrl.Length: > 0 } or { KernelUrl.Length: > 0, RamdiskUrl.Length: > 0 }
            ? new RamdiskBoot(Text(ramdisk.IsoUrl), Text(ramdisk.KernelUrl), Text(ramdisk.RamdiskUrl), ramdisk.Parameters)
            : throw new MissingParameterException("A ramdisk is booted from an ISO, or from a kernel and a ramdisk; the call names neither.");

    private static string? Text(string text) => text.Length > 0 ? text : null;
}
