using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.InspectionRules;
using Ironic.Hosting.Requests;

namespace Ironic.Conductor.Services;

/// <summary>The public service of inspection rules.</summary>
internal sealed class InspectionRuleGrpcService(InspectionRuleCatalog rules) : InspectionRuleService.InspectionRuleServiceBase
{
    public override Task<ListInspectionRulesResponse> ListInspectionRules(ListInspectionRulesRequest request, ServerCallContext context) =>
        rules.ListAsync(request, context.CancellationToken);

    public override async Task<GetInspectionRuleResponse> GetInspectionRule(GetInspectionRuleRequest request, ServerCallContext context) =>
        new() { InspectionRule = await rules.GetAsync(request.InspectionRuleUuid, context.CancellationToken) };

    public override async Task<CreateInspectionRuleResponse> CreateInspectionRule(CreateInspectionRuleRequest request, ServerCallContext context) =>
        new() { InspectionRule = await rules.CreateAsync(request.InspectionRule ?? new InspectionRule(), context.CancellationToken) };

    public override async Task<PatchInspectionRuleResponse> PatchInspectionRule(PatchInspectionRuleRequest request, ServerCallContext context)
    {
        var version = RequestContext.Current?.Version ?? Microversion.Newest;
        return new PatchInspectionRuleResponse { InspectionRule = await rules.PatchAsync(request.InspectionRuleUuid, request.Patch, version, context.CancellationToken) };
    }

    public override async Task<DeleteInspectionRuleResponse> DeleteInspectionRule(DeleteInspectionRuleRequest request, ServerCallContext context)
    {
        await rules.DeleteAsync(request.InspectionRuleUuid, context.CancellationToken);
        return new DeleteInspectionRuleResponse();
    }
}
