using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.DeployTemplates;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public service of deploy templates.</summary>
internal sealed class DeployTemplateGrpcService(DeployTemplateCatalog templates) : DeployTemplateService.DeployTemplateServiceBase
{
    public override Task<ListDeployTemplatesResponse> ListDeployTemplates(ListDeployTemplatesRequest request, ServerCallContext context) =>
        templates.ListAsync(request, context.CancellationToken);

    public override async Task<GetDeployTemplateResponse> GetDeployTemplate(GetDeployTemplateRequest request, ServerCallContext context) =>
        new() { DeployTemplate = DeployTemplateMapper.ToApi(await templates.FindAsync(request.DeployTemplate, context.CancellationToken)) };

    public override async Task<CreateDeployTemplateResponse> CreateDeployTemplate(CreateDeployTemplateRequest request, ServerCallContext context) =>
        new() { DeployTemplate = DeployTemplateMapper.ToApi(await templates.CreateAsync(request.DeployTemplate ?? new DeployTemplate(), context.CancellationToken)) };

    public override async Task<PatchDeployTemplateResponse> PatchDeployTemplate(PatchDeployTemplateRequest request, ServerCallContext context)
    {
        var version = RequestContext.Current?.Version ?? Microversion.Newest;
        var template = await templates.PatchAsync(request.DeployTemplate, request.Patch, version, context.CancellationToken);
        return new PatchDeployTemplateResponse { DeployTemplate = DeployTemplateMapper.ToApi(template) };
    }

    public override async Task<DeleteDeployTemplateResponse> DeleteDeployTemplate(DeleteDeployTemplateRequest request, ServerCallContext context)
    {
        await templates.DeleteAsync(request.DeployTemplate, context.CancellationToken);
        return new DeleteDeployTemplateResponse();
    }
}
