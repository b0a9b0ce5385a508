using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.ExternalEvents;

namespace Ironic.Conductor.Services;

/// <summary>The public service that other services report events to.</summary>
internal sealed class EventGrpcService(ExternalEventLog log) : EventService.EventServiceBase
{
    public override Task<ReportExternalEventsResponse> ReportExternalEvents(ReportExternalEventsRequest request, ServerCallContext context)
    {
        log.Report(request.Evts?.Events ?? []);
        return Task.FromResult(new ReportExternalEventsResponse());
    }
}
