using System.Runtime.CompilerServices;
using Grpc.Core;
using Ironic.Api.V1;

namespace Ironic.Client;

/// <content>Watching what happens to nodes.</content>
public sealed partial class IronicClient
{
    private static readonly TimeSpan FirstReconnect = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestReconnect = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Reads what happens to nodes, as it happens, until cancelled. Where the stream breaks it is begun anew behind the last message, so that
    /// no event is missed and none comes twice.
    /// </summary>
    /// <param name="request">Filters and where to begin; null for everything from now on.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <returns>Events, each with the cursor by which <see cref="WatchRequest.Cursor"/> goes on behind it.</returns>
    /// <exception cref="IronicApiException">NODE_NOT_FOUND. CURSOR_EXPIRED: events were purged before they were read; begin anew without a cursor.</exception>
    public async IAsyncEnumerable<WatchResponse> WatchAsync(WatchRequest? request = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The caller's request stays as it is.
        request = request?.Clone() ?? new WatchRequest();
        for (var pause = FirstReconnect; ; pause = pause * 2 < LongestReconnect ? pause * 2 : LongestReconnect)
        {
            using (var call = Watch.Watch(request, cancellationToken: cancellationToken))
            {
                while (await MoveNextAsync(call.ResponseStream, cancellationToken))
                {
                    var message = call.ResponseStream.Current;
                    request.Cursor = message.Cursor;
                    pause = FirstReconnect / 2;
                    if (message.Event is not null)
                        yield return message;
                }
            }

            // Many may have lost the same server.
            await Task.Delay(pause * (0.5 + (Random.Shared.NextDouble() / 2)), _time, cancellationToken);
        }
    }

    /// <returns>False when the stream has broken, or was ended by the server.</returns>
    private static async Task<bool> MoveNextAsync(IAsyncStreamReader<WatchResponse> stream, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.MoveNext(cancellationToken);
        }
        catch (IronicApiException error) when (IsBroken(error))
        {
            return false;
        }
    }

    // What has a reason was decided by the server; the rest happened on the way.
    private static bool IsBroken(IronicApiException error) =>
        error.IsTransient ||
        (error.ReasonName is null && error.StatusCode is StatusCode.Internal or StatusCode.Unknown or StatusCode.Cancelled or StatusCode.Aborted);
}
