using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Client;

namespace Ironic.Faults;

/// <summary>Follows the journal over connections that break at random, each begun behind the last message of the one before.</summary>
internal sealed class JournalWatcher(IronicClient client, Random random)
{
    // In milliseconds.
    private const int LongestConnection = 3000;

    private readonly List<(string Node, string Event)> _seen = [];
    private int _count;

    /// <summary>What came, in the order in which it came. To be read when it has ended.</summary>
    public IReadOnlyList<(string Node, string Event)> Seen => _seen;

    public int Count => Volatile.Read(ref _count);

    public int Connections { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var request = new WatchRequest { Start = WatchStart.Beginning };
        while (!cancellationToken.IsCancellationRequested)
        {
            using var piece = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            piece.CancelAfter(random.Next(LongestConnection));
            Connections++;
            try
            {
                using var call = client.Watch.Watch(request, cancellationToken: piece.Token);
                while (await call.ResponseStream.MoveNext(piece.Token))
                {
                    var message = call.ResponseStream.Current;
                    request.Cursor = message.Cursor;
                    if (message.Event is not { } seen)
                        continue;
                    _seen.Add((seen.NodeUuid, seen.Uuid));
                    Volatile.Write(ref _count, _seen.Count);
                }
            }
            catch (Exception e) when (e is OperationCanceledException || (e is IronicApiException error && IsBroken(error)))
            {
                // Cut off here, or by a fault there.
            }
        }
    }

    private static bool IsBroken(IronicApiException error) =>
        error.IsTransient || (error.ReasonName is null && error.StatusCode is StatusCode.Internal or StatusCode.Cancelled or StatusCode.Unknown);
}
