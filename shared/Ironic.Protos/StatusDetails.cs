using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;

namespace Ironic.Protos;

/// <summary>
/// Rich gRPC errors: a <see cref="Google.Rpc.Status"/> with one <see cref="ErrorInfo"/> in the trailer
/// <c>grpc-status-details-bin</c>, as every gRPC language knows them.
/// </summary>
public static class StatusDetails
{
    /// <summary>Domain of the public services' errors; the reasons are the names of <see cref="Api.V1.ErrorReason"/> without their prefix.</summary>
    public const string ApiDomain = "ironic";

    /// <summary>Domain of driver errors; the reasons are the names of <see cref="Driver.V1.ErrorClass"/> without their prefix.</summary>
    public const string DriverDomain = "ironic.driver";

    /// <summary>The trailer's name.</summary>
    public const string TrailerName = "grpc-status-details-bin";

    /// <summary>Makes the exception that a server throws so that its caller finds <paramref name="reason"/>.</summary>
    public static RpcException CreateException(StatusCode code, string message, string domain, string reason)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.Add(Any.Pack(new ErrorInfo { Domain = domain, Reason = reason }));
        return new RpcException(new Grpc.Core.Status(code, message), new Metadata { { TrailerName, status.ToByteArray() } });
    }

    /// <summary>The reason within <paramref name="domain"/> that the server gave, or null when it gave none.</summary>
    public static string? FindReason(RpcException exception, string domain)
    {
        ArgumentNullException.ThrowIfNull(exception);
        foreach (var entry in exception.Trailers)
        {
            if (!string.Equals(entry.Key, TrailerName, StringComparison.OrdinalIgnoreCase) || !entry.IsBinary)
                continue;
            try
            {
                foreach (var detail in Google.Rpc.Status.Parser.ParseFrom(entry.ValueBytes).Details)
                {
                    if (detail.TryUnpack<ErrorInfo>(out var info) && info.Domain == domain)
                        return info.Reason;
                }
            }
            catch (InvalidProtocolBufferException)
            {
                // The peer's trailer is not ours to trust; its plain status still says what happened.
                return null;
            }
        }

        return null;
    }
}
