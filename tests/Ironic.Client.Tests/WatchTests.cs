using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Client.Tests.Support;
using Ironic.Protos;

namespace Ironic.Client.Tests;

public sealed class WatchTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private TestServer _server = null!;
    private IronicClient _client = null!;

    public async Task InitializeAsync()
    {
        _server = await TestServer.StartAsync();
        _client = _server.Connect();
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_stream_that_breaks_goes_on_behind_the_last_message()
    {
        var cursors = new List<string>();
        var arrived = new TaskCompletionSource();
        _server.Watched = async (request, stream, context) =>
        {
            Assert.Equal("rack-1", request.Node);
            cursors.Add(request.Cursor);
            var next = request.Cursor.Length == 0 ? 0 : int.Parse(request.Cursor, System.Globalization.CultureInfo.InvariantCulture);
            await stream.WriteAsync(new WatchResponse { Cursor = $"{next}" });
            await stream.WriteAsync(new WatchResponse { Cursor = $"{next + 1}", Event = new NodeEvent { EventType = $"e{next + 1}" } });
            switch (cursors.Count)
            {
                case 1:
                    // Nobody hears of this cursor but from here.
                    await stream.WriteAsync(new WatchResponse { Cursor = $"{next + 2}" });
                    throw StatusDetails.CreateException(StatusCode.Unavailable, "stopping", StatusDetails.ApiDomain, "TEMPORARY_FAILURE");
                case 2:
                    await arrived.Task;
                    context.GetHttpContext().Abort();
                    break;
                case 3:
                    // The server ends it.
                    break;
                default:
                    await Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
                    break;
            }
        };
        var request = new WatchRequest { Node = "rack-1" };
        using var limit = new CancellationTokenSource(Limit);

        var seen = new List<(string, string)>();
        await foreach (var message in _client.WatchAsync(request, limit.Token).Take(4))
        {
            seen.Add((message.Cursor, message.Event.EventType));
            if (seen.Count == 2)
                arrived.SetResult();
        }

        Assert.Equal([("1", "e1"), ("3", "e3"), ("4", "e4"), ("5", "e5")], seen);
        Assert.Equal(["", "2", "3", "4"], cursors);
        Assert.Equal("", request.Cursor);
    }

    [Fact]
    public async Task A_refusal_ends_it()
    {
        _server.Watched = async (_, stream, _) =>
        {
            await stream.WriteAsync(new WatchResponse { Cursor = "1", Event = new NodeEvent() });
            throw StatusDetails.CreateException(StatusCode.OutOfRange, "purged", StatusDetails.ApiDomain, "CURSOR_EXPIRED");
        };
        var seen = 0;
        var error = await Assert.ThrowsAsync<IronicApiException>(async () =>
        {
            await foreach (var _ in _client.WatchAsync())
                seen++;
        }).WaitAsync(Limit);
        Assert.Equal((ErrorReason.CursorExpired, 1), (error.Reason, seen));
    }

    [Fact]
    public async Task It_is_cancelled_while_nothing_happens_and_while_no_server_is_there()
    {
        _server.Watched = (_, _, context) => Task.Delay(Timeout.InfiniteTimeSpan, context.CancellationToken);
        using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.WatchAsync(null, soon.Token).ToListAsync().AsTask()).WaitAsync(Limit);
        using var nobody = IronicClient.Connect("http://127.0.0.1:1");
        using (var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(500)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => nobody.WatchAsync(null, soon.Token).ToListAsync().AsTask()).WaitAsync(Limit);
    }
}
