using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Client.Internal;
using Ironic.Protos;

namespace Ironic.Client;

/// <summary>A call failed. <see cref="Exception.Message"/> is the server's sentence for people; decide by <see cref="Reason"/>.</summary>
public sealed class IronicApiException : RpcException
{
    internal IronicApiException(RpcException cause, string requestId)
        : base(cause.Status, cause.Trailers, cause.Status.Detail)
    {
        RequestId = requestId;
        ReasonName = StatusDetails.FindReason(cause, StatusDetails.ApiDomain);
        Reason = ErrorReasons.Find(ReasonName);
    }

    /// <summary>
    /// Why. <see cref="ErrorReason.Unspecified"/> when the server gave no reason, as when it could not be reached, or gave one that is
    /// newer than this library: see <see cref="ReasonName"/> and <see cref="RpcException.StatusCode"/>.
    /// </summary>
    public ErrorReason Reason { get; }

    /// <summary>The reason as the server spelled it, <c>NODE_NOT_FOUND</c>; null when it gave none.</summary>
    public string? ReasonName { get; }

    /// <summary>Finds the call in the logs of all of the server's processes: <c>req-UUID</c>.</summary>
    public string RequestId { get; }

    /// <summary>
    /// The same call may succeed a little later: somebody else works on the node, the server has no room just now, or something cannot be
    /// reached. Whether a call that was not answered has had an effect is unknown.
    /// </summary>
    public bool IsTransient => StatusCode == StatusCode.Unavailable || Reason is ErrorReason.NodeLocked or ErrorReason.NoFreeConductorWorker;
}
