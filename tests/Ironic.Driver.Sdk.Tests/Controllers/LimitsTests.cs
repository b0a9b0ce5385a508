using Microsoft.Extensions.Time.Testing;

namespace Ironic.Driver.Sdk.Tests.Controllers;

/// <summary>What protects controllers from us, by a clock that the test moves.</summary>
public sealed class LimitsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_bucket_gives_what_it_has_at_once_and_then_so_many_a_second()
    {
        var bucket = new TokenBucket(perSecond: 4, burst: 2, _time);

        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(250), TimeSpan.FromMilliseconds(500)], Enumerable.Range(0, 4).Select(_ => bucket.Take()));

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(250)], Enumerable.Range(0, 3).Select(_ => bucket.Take()));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([TimeSpan.Zero, TimeSpan.Zero, TimeSpan.FromMilliseconds(250)], Enumerable.Range(0, 3).Select(_ => bucket.Take()));
    }

    [Fact]
    public void A_breaker_opens_after_some_failures_and_doubles_its_pause()
    {
        var breaker = new CircuitBreaker(threshold: 2, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), _time);

        Assert.Equal(TimeSpan.Zero, breaker.Failed());
        Assert.Equal(TimeSpan.Zero, breaker.Remaining);
        Assert.True(breaker.HasFailures);
        Assert.Equal(TimeSpan.FromSeconds(10), breaker.Failed());
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(6), breaker.Remaining);
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(TimeSpan.Zero, breaker.Remaining);

        Assert.Equal(TimeSpan.FromSeconds(20), breaker.Failed());
        Assert.Equal(TimeSpan.FromSeconds(30), breaker.Failed());
        Assert.True(breaker.Succeeded());
        Assert.False(breaker.HasFailures);
        Assert.False(breaker.Succeeded());
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(10)), (breaker.Failed(), breaker.Failed()));
    }
}
