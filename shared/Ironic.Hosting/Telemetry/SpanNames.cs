using System.Diagnostics;
using OpenTelemetry;

namespace Ironic.Hosting.Telemetry;

/// <summary>
/// Names spans as OpenTelemetry's conventions want them: <c>ironic.api.v1.NodeService/GetNode</c>, and the verb for what has no route. The
/// libraries leave the name of their code: <c>Microsoft.AspNetCore.Hosting.HttpRequestIn</c>.
/// </summary>
internal sealed class SpanNames : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.DisplayName != data.OperationName)
            return;
        // Both gRPC libraries, the client's and the server's, write these tags.
        if (data.GetTagItem("grpc.method") is string method)
        {
            data.DisplayName = method.TrimStart('/');
            data.SetTag("rpc.system", "grpc");
            if (data.GetTagItem("grpc.status_code") is { } status)
                data.SetTag("rpc.grpc.status_code", status);
        }
        else if (data.GetTagItem("http.request.method") is string verb)
        {
            data.DisplayName = verb;
        }
    }
}
