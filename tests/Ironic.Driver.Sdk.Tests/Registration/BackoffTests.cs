using Ironic.Driver.Sdk.Registration;

namespace Ironic.Driver.Sdk.Tests.Registration;

public sealed class BackoffTests
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Maximum = TimeSpan.FromSeconds(15);

    [Fact]
    public void R031_pauses_grow_exponentially_up_to_the_maximum()
    {
        var backoff = new Backoff(First, Maximum, () => 1);
        Assert.Equal([0.5, 1, 2, 4, 8, 15, 15], Enumerable.Range(0, 7).Select(_ => backoff.Next().TotalSeconds));
    }

    [Fact]
    public void R031_a_random_part_takes_off_up_to_a_half()
    {
        var backoff = new Backoff(First, Maximum, () => 0);
        Assert.Equal([0.25, 0.5, 1], Enumerable.Range(0, 3).Select(_ => backoff.Next().TotalSeconds));
        var random = new Random(1);
        var varied = new Backoff(Maximum, Maximum, random.NextDouble);
        Assert.True(Enumerable.Range(0, 10).Select(_ => varied.Next()).Distinct().Count() > 5);
    }

    [Fact]
    public void After_a_success_pauses_are_short_again()
    {
        var backoff = new Backoff(First, Maximum, () => 1);
        backoff.Next();
        backoff.Next();
        backoff.Reset();
        Assert.Equal(First, backoff.Next());
    }
}
