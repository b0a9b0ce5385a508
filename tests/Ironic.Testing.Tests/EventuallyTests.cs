namespace Ironic.Testing.Tests;

public sealed class EventuallyTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Asks_until_the_condition_is_true()
    {
        var asked = 0;
        await Eventually.ThatAsync(() => ++asked == 3, Long, "asked three times");
        Assert.Equal(3, asked);
    }

    [Fact]
    public async Task A_condition_that_stays_false_fails_and_says_what_was_waited_for()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.ThatAsync(() => false, Short, "the node is active"));
        Assert.Contains("the node is active", failure.Message, StringComparison.Ordinal);
        Assert.Contains("0.05 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exception_of_the_condition_ends_the_wait() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => Eventually.ThatAsync(bool () => throw new InvalidDataException(), Long, "never"));

    [Fact]
    public async Task Succeeds_repeats_a_failing_action_and_reports_its_last_failure()
    {
        var run = 0;
        await Eventually.SucceedsAsync(() => ++run < 3 ? throw new InvalidDataException() : Task.CompletedTask, Long, "third run");
        Assert.Equal(3, run);

        var failure = await Assert.ThrowsAsync<TimeoutException>(
            () => Eventually.SucceedsAsync(() => throw new InvalidDataException("no such row"), Short, "the row is there"));
        Assert.Contains("no such row", failure.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidDataException>(failure.InnerException);
    }

    [Fact]
    public async Task Cancellation_ends_the_wait()
    {
        using var cancellation = new CancellationTokenSource(Short);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.ThatAsync(() => false, Long, "never", cancellation.Token));
    }
}
