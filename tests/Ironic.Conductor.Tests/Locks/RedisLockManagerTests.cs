using Ironic.Conductor.Locks;
using Ironic.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Ironic.Conductor.Tests.Locks;

/// <summary>Locks that several processes share, and what happens to them when one of these, or Redis, fails. Each test has a Redis of its own.</summary>
public sealed class RedisLockManagerTests : IAsyncLifetime
{
    private const string Key = "node:1";

    private static readonly TimeSpan Short = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly List<RedisLockManager> _managers = [];
    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync()
    {
        foreach (var manager in _managers)
            await manager.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_release_wakes_who_waits_in_another_process()
    {
        var (here, there) = (Create(Long), Create(Long));
        var held = (await AcquireAsync(here, TimeSpan.Zero))!;
        var waiting = AcquireAsync(there, Timeout.InfiniteTimeSpan);
        await Eventually.ThatAsync(async () => (await CountAsync("ironic:lock:waiting:*")) == 1, Limit, "it waits in Redis");
        await held.ReleaseAsync();
        // Less than the lease, after which it would ask by itself.
        await using var taken = (await waiting.WaitAsync(Long / 2))!;
        Assert.Equal(0, here.Table.Count);
    }

    [Fact]
    public async Task Processes_exclude_each_other()
    {
        var managers = new[] { Create(Long), Create(Long), Create(Long) };
        var (inside, most, count) = (0, 0, 0);
        await Task.WhenAll(managers.SelectMany(manager => Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (var round = 0; round < 25; round++)
            {
                await using var held = await AcquireAsync(manager, Timeout.InfiniteTimeSpan);
                most = Math.Max(most, Interlocked.Increment(ref inside));
                await Task.Yield();
                count++;
                Interlocked.Decrement(ref inside);
            }
        })))).WaitAsync(Limit);
        Assert.Equal((1, 300), (most, count));
        Assert.Equal(0, await CountAsync("ironic:lock:held:*"));
    }

    [Fact]
    public async Task The_lock_of_a_process_that_ends_is_free_when_its_time_is_over()
    {
        var dying = Create(Short);
        var held = (await AcquireAsync(dying, TimeSpan.Zero))!;
        var lost = held.Lost;
        await dying.DisposeAsync();
        Assert.True(lost.IsCancellationRequested);
        Assert.Null(await AcquireAsync(Create(Short), TimeSpan.Zero));
        await using var taken = (await AcquireAsync(Create(Short), Timeout.InfiniteTimeSpan).WaitAsync(Limit))!;
    }

    [Fact]
    public async Task A_lock_outlives_its_lease_as_long_as_it_is_renewed()
    {
        await using var held = (await AcquireAsync(Create(Short), TimeSpan.Zero))!;
        // Its whole time, which is over only if nobody renews.
        Assert.Null(await AcquireAsync(Create(Short), Short * 2));
        Assert.False(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_silent_Redis_is_reported_in_time_and_the_lease_ends()
    {
        var (here, there) = (Create(Short), Create(Short));
        var held = (await AcquireAsync(here, TimeSpan.Zero))!;
        var lost = WhenLost(held);
        _ = await there.GetHolderAsync(Key, default);
        _redis.Pause();
        await Assert.ThrowsAsync<LockUnavailableException>(() => AcquireAsync(there, Timeout.InfiniteTimeSpan).WaitAsync(Limit));
        await Assert.ThrowsAsync<LockUnavailableException>(() => there.GetHolderAsync(Key, default).AsTask().WaitAsync(Limit));
        await lost.WaitAsync(Limit);
        await held.ReleaseAsync();
        _redis.Resume();

        // What was asked for in vain is given back when it is granted late.
        await Eventually.SucceedsAsync(
            async () => await (await AcquireAsync(there, TimeSpan.Zero))!.ReleaseAsync(), Limit, "the lock can be had again");
        await Eventually.ThatAsync(async () => await CountAsync("ironic:lock:held:*") == 0, Limit, "nothing is left held");
        Assert.Equal((0, 0), (here.Table.Count, there.Table.Count));
    }

    [Fact]
    public async Task A_Redis_that_lost_its_data_gets_the_locks_back()
    {
        var (here, there) = (Create(Long), Create(Long));
        var held = (await AcquireAsync(here, TimeSpan.Zero))!;
        await _redis.RestartAsync();
        Assert.Equal(0, await CountAsync("ironic:lock:held:*"));
        await Eventually.ThatAsync(async () => await CountAsync("ironic:lock:held:*") == 1, Limit, "the lock is back");
        await Eventually.SucceedsAsync(async () => Assert.Null(await AcquireAsync(there, TimeSpan.Zero)), Limit, "the other process is connected again");
        Assert.False(held.Lost.IsCancellationRequested);
        await held.ReleaseAsync();
        await (await AcquireAsync(there, TimeSpan.Zero))!.ReleaseAsync();
    }

    [Fact]
    public async Task A_lock_that_another_has_for_a_moment_is_kept_when_it_is_confirmed()
    {
        var here = Create(Long / 2);
        await using var held = (await AcquireAsync(here, TimeSpan.Zero))!;
        var asked = new TaskCompletionSource();
        held.ConfirmWith(() =>
        {
            asked.TrySetResult();
            return Task.FromResult(true);
        });
        await SetForeignAsync(TimeSpan.FromSeconds(6));
        await asked.Task.WaitAsync(Limit);
        await Eventually.ThatAsync(async () => await here.GetHolderAsync(Key, default) == "owner", Limit, "the lock is back");
        Assert.False(held.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_lock_that_another_has_is_lost_when_it_is_not_confirmed()
    {
        var here = Create(Long);
        var held = (await AcquireAsync(here, TimeSpan.Zero))!;
        var lost = WhenLost(held);
        held.ConfirmWith(() => Task.FromResult(false));
        await SetForeignAsync(Limit * 2);
        // Renewed at a third of its life, it is lost then, and not when its life is over.
        await lost.WaitAsync(Limit);
        Assert.Equal("foreign", await here.GetHolderAsync(Key, default));
        Assert.Equal(0, here.Table.Count);
    }

    [Fact]
    public async Task A_lock_that_another_keeps_ends_with_its_lease()
    {
        var held = (await AcquireAsync(Create(Short), TimeSpan.Zero))!;
        var lost = WhenLost(held);
        await SetForeignAsync(Limit * 2);
        await lost.WaitAsync(Limit);
    }

    [Fact]
    public async Task What_is_released_while_it_is_renewed_stays_released()
    {
        var manager = Create(Long);
        for (var round = 0; round < 50; round++)
        {
            var handle = (RedisLockHandle)(await AcquireAsync(manager, TimeSpan.Zero))!;
            // The renewal was decided on before the release and is sent after it.
            await handle.ReleaseAsync();
            await manager.RenewAsync([handle]);
        }

        await Eventually.ThatAsync(async () => await CountAsync("ironic:lock:held:*") == 0, Long / 2, "no lock was put back for good");
    }

    private static Task<ILockHandle?> AcquireAsync(RedisLockManager manager, TimeSpan patience) => manager.AcquireAsync(Key, "owner", patience, default).AsTask();

    private static Task WhenLost(ILockHandle handle)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        handle.Lost.Register(lost.SetResult);
        return lost.Task;
    }

    private RedisLockManager Create(TimeSpan ttl)
    {
        var manager = new RedisLockManager(new LockOptions { RedisConfiguration = _redis.Endpoint, Ttl = ttl }, TimeProvider.System, NullLogger.Instance);
        _managers.Add(manager);
        return manager;
    }

    private async Task SetForeignAsync(TimeSpan life)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.Endpoint);
        await redis.GetDatabase().StringSetAsync($"ironic:lock:held:{Key}", LockValue.New("foreign"), life);
    }

    private async Task<int> CountAsync(string pattern)
    {
        using var redis = await ConnectionMultiplexer.ConnectAsync(_redis.Endpoint);
        // Not by GetServer().Keys(), which blocks its thread: there may be no other one for the answer.
        return ((RedisResult[])(await redis.GetDatabase().ExecuteAsync("KEYS", pattern))!).Length;
    }
}
