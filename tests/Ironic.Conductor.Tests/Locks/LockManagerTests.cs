using Ironic.Conductor.Locks;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ironic.Conductor.Tests.Locks;

public sealed class InProcessLockManagerTests : LockManagerTests
{
    private readonly InProcessLockManager _locks = new(TimeProvider.System);

    private protected override ILockManager Locks => _locks;

    private protected override LockTable Table => _locks.Table;
}

public sealed class RedisLockManagerContractTests(RedisFixture redis) : LockManagerTests, IClassFixture<RedisFixture>, IAsyncLifetime
{
    private readonly RedisLockManager _locks = new(new LockOptions { RedisConfiguration = redis.Server.Endpoint }, TimeProvider.System, NullLogger.Instance);

    private protected override ILockManager Locks => _locks;

    private protected override LockTable Table => _locks.Table;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _locks.DisposeAsync();
}

/// <summary>What every lock manager does alike.</summary>
public abstract class LockManagerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly string _key = Guid.NewGuid().ToString();

    private protected abstract ILockManager Locks { get; }

    private protected abstract LockTable Table { get; }

    [Fact]
    public async Task A_lock_has_one_holder()
    {
        await using (var held = await AcquireAsync("me", TimeSpan.Zero))
        {
            Assert.Equal((_key, "me"), (held!.Key, await Locks.GetHolderAsync(_key, default)));
            Assert.Null(await AcquireAsync("other", TimeSpan.Zero));
            Assert.Null(await AcquireAsync("other", TimeSpan.FromMilliseconds(50)));
            Assert.Equal([_key], await Locks.GetHeldAsync([_key, "nobody's"], default));
            Assert.False(held.Lost.IsCancellationRequested);
        }

        Assert.Null(await Locks.GetHolderAsync(_key, default));
        Assert.Empty(await Locks.GetHeldAsync([_key], default));
        Assert.Equal(0, Table.Count);
    }

    [Fact]
    public async Task Waiters_are_served_in_order()
    {
        var held = await AcquireAsync("first", TimeSpan.Zero);
        var served = new List<int>();
        var waiting = new List<Task>();
        for (var i = 0; i < 5; i++)
        {
            waiting.Add(ServeAsync(i));
            await Eventually.ThatAsync(() => Table.WaitersOf(_key) == i + 1, Limit, "it waits");
        }

        await held!.ReleaseAsync();
        await Task.WhenAll(waiting).WaitAsync(Limit);
        Assert.Equal([0, 1, 2, 3, 4], served);
        Assert.Equal(0, Table.Count);

        async Task ServeAsync(int number)
        {
            await using var mine = await AcquireAsync($"w{number}", Timeout.InfiniteTimeSpan);
            served.Add(number);
        }
    }

    [Fact]
    public async Task Who_gives_up_leaves_the_queue()
    {
        using var giveUp = new CancellationTokenSource();
        var held = await AcquireAsync("first", TimeSpan.Zero);
        var waiting = Locks.AcquireAsync(_key, "second", Timeout.InfiniteTimeSpan, giveUp.Token).AsTask();
        var third = AcquireAsync("third", Timeout.InfiniteTimeSpan).AsTask();
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Limit));
        await held!.ReleaseAsync();
        await (await third.WaitAsync(Limit))!.ReleaseAsync();
        Assert.Equal(0, Table.Count);
    }

    [Fact]
    public async Task Releasing_twice_takes_nothing_from_the_next_holder()
    {
        var first = await AcquireAsync("first", TimeSpan.Zero);
        await first!.ReleaseAsync();
        await using var second = await AcquireAsync("second", TimeSpan.Zero);
        await first.ReleaseAsync();
        await first.DisposeAsync();
        Assert.Equal("second", await Locks.GetHolderAsync(_key, default));
    }

    [Fact]
    public async Task Many_callers_never_hold_it_together()
    {
        var (inside, most, count) = (0, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++)
            {
                await using var held = await AcquireAsync($"c{i}", Timeout.InfiniteTimeSpan);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                count++;
                Interlocked.Decrement(ref inside);
            }
        }))).WaitAsync(Limit);
        Assert.Equal((1, 200), (most, count));
        Assert.Equal(0, Table.Count);
    }

    [Theory]
    [InlineData("", "me", 0)]
    [InlineData("key", "", 0)]
    [InlineData("key", "me", -5)]
    public async Task Nonsense_is_refused(string key, string owner, int seconds) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() => Locks.AcquireAsync(key, owner, TimeSpan.FromSeconds(seconds), default).AsTask());

    private ValueTask<ILockHandle?> AcquireAsync(string owner, TimeSpan patience) => Locks.AcquireAsync(_key, owner, patience, default);
}
