using Grpc.Core;
using Ironic.Protos;
using Ironic.Rest.Plans;

namespace Ironic.Rest.Errors;

/// <summary>Turns the gRPC errors of the conductor into REST errors.</summary>
internal sealed class GrpcErrors(ErrorCatalog catalog)
{
    /// <summary>The REST error of a failed call. What carries no reason of the contract says nothing of the failure's inside.</summary>
    public RestException Convert(RpcException exception, string requestId)
    {
        if (StatusDetails.FindReason(exception, StatusDetails.ApiDomain) is { } reason && catalog.Find(reason) is { } rule)
            return new RestException((int)rule.Http, exception.Status.Detail) { Fault = rule.Fault };
        return exception.StatusCode switch
        {
            StatusCode.Unavailable => new RestException(503, "No conductor is available. Please try again later."),
            StatusCode.DeadlineExceeded => new RestException(504, "The conductor did not answer in time."),
            StatusCode.Unimplemented => new RestException(501, "The conductor does not implement this."),
            StatusCode.ResourceExhausted => new RestException(413, "The request or its answer is too large."),
            _ => Internal(requestId),
        };
    }

    /// <summary>The error of a defect of the service.</summary>
    public static RestException Internal(string requestId) => new(500, $"The request {requestId} failed because of an internal error.");
}
