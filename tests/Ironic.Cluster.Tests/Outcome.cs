using Grpc.Core;
using Ironic.Protos;

namespace Ironic.Cluster.Tests;

/// <summary>How a call ended, over REST or gRPC alike.</summary>
/// <param name="Status">The HTTP status; 200 for every success.</param>
/// <param name="Text">What the caller was told.</param>
internal sealed record Outcome(int Status, string Text)
{
    public static readonly Outcome Done = new(200, "");

    public static Outcome Of(RestAnswer answer) => answer.Status is >= 200 and < 300 ? Done : new Outcome(answer.Status, answer.Body);

    public static async Task<Outcome> OfAsync<T>(AsyncUnaryCall<T> call)
    {
        try
        {
            await call;
            return Done;
        }
        catch (RpcException e)
        {
            var reason = StatusDetails.FindReason(e, StatusDetails.ApiDomain);
            return new Outcome(
                reason switch
                {
                    "NODE_LOCKED" or "LOCK_LOST" => 409,
                    "BACKEND_UNAVAILABLE" or "NO_FREE_CONDUCTOR_WORKER" => 503,
                    null when e.StatusCode == StatusCode.Unavailable => 503,
                    _ => 500,
                },
                $"{reason} {e.Status}");
        }
    }
}
