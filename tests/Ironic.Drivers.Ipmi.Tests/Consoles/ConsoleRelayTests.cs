using System.Diagnostics.Metrics;
using Ironic.Drivers.Ipmi.Configuration;
using Ironic.Drivers.Ipmi.Consoles;
using Ironic.Drivers.Ipmi.Tests.Support;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Drivers.Ipmi.Tests.Consoles;

/// <summary>A console between a side that is fast and one that is slow: memory is bounded.</summary>
public sealed class ConsoleRelayTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Output_that_the_client_does_not_read_is_dropped_and_counted()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool();
        using var counter = new Counted(pool, "ironic.driver.ipmi.console.dropped");
        var client = new StubbornClient(toType: 200_000);
        using var relay = Create(pool, bmc, client);
        using var stop = new CancellationTokenSource();

        var running = relay.RunAsync(stop.Token);
        await Eventually.ThatAsync(() => bmc.Typed == client.Typed, Limit, "all is typed, though nothing is read");

        Assert.InRange(counter.Sum, 100_000, 200_000);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_client_is_not_read_faster_than_the_controller_takes_it()
    {
        const int bound = 16 * 1024;
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.Attempts = 100);
        var client = new StubbornClient(toType: 200_000);
        using var relay = Create(pool, bmc, client);
        using var stop = new CancellationTokenSource();
        var lost = 0;
        bmc.Loses = _ => bmc.Typed > 0 && Interlocked.Increment(ref lost) > 0;

        var running = relay.RunAsync(stop.Token);
        await Eventually.ThatAsync(() => Volatile.Read(ref lost) > 2, Limit, "the controller takes no more");

        Assert.InRange(client.Typed, 1, bound);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task What_the_controller_refuses_for_the_moment_is_sent_again()
    {
        await using var bmc = new SimulatedBmc();
        await using var pool = new TestPool(options => options.RetransmitAfter = TimeSpan.FromMilliseconds(10));
        var client = new StubbornClient(toType: 1000) { Reads = true };
        using var relay = Create(pool, bmc, client);
        using var stop = new CancellationTokenSource();
        bmc.AcceptsText = 7;

        var running = relay.RunAsync(stop.Token);
        await Eventually.ThatAsync(() => client.Shown.Count >= 1000 && client.Shown.TakeLast(1000).SequenceEqual(client.All), Limit, "all is typed once and in its order");

        Assert.Equal(1000, bmc.Typed);
        await stop.CancelAsync();
        await running;
    }

    private static ConsoleRelay Create(TestPool pool, SimulatedBmc bmc, Stream client) => new(
        "node", IpmiDriverInfo.Read(TestNodes.Create(bmc.Port)).Target, client, pool.Pool, pool.Options, TimeProvider.System, pool.Metrics, NullLogger.Instance);

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener _listener = new();
        private long _sum;

        public Counted(TestPool pool, string instrument)
        {
            _listener.InstrumentPublished = (found, listener) =>
            {
                if (found.Name == instrument && found.Meter.Scope == pool.Meters)
                    listener.EnableMeasurementEvents(found);
            };
            _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _sum, value));
            _listener.Start();
        }

        public long Sum => Interlocked.Read(ref _sum);

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>Types as fast as it can, and reads nothing unless it is told to.</summary>
    private sealed class StubbornClient : Stream
    {
        private readonly List<byte> _shown = [];
        private int _typed;

        public StubbornClient(int toType)
        {
            All = new byte[toType];
            for (var i = 0; i < toType; i++)
                All[i] = (byte)('a' + (i % 26));
        }

        public byte[] All { get; }

        public bool Reads { get; init; }

        public int Typed => Volatile.Read(ref _typed);

        public IReadOnlyList<byte> Shown
        {
            get
            {
                lock (_shown)
                    return [.. _shown];
            }
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var length = Math.Min(buffer.Length, All.Length - _typed);
            if (length == 0)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            All.AsMemory(_typed, length).CopyTo(buffer);
            Volatile.Write(ref _typed, _typed + length);
            return length;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!Reads)
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            lock (_shown)
                _shown.AddRange(buffer.Span);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
