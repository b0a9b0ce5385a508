using Ironic.Conductor.Storage;
using Ironic.Conductor.Watching;

namespace Ironic.Conductor.Tests.Watching;

public sealed class JournalTailTests
{
    [Fact]
    public void It_has_what_was_appended_from_any_position_on()
    {
        var tail = new JournalTail(At(5)).Append(Page(6, 8, 9)).Append(Page(12));
        Assert.Equal((At(5), At(12)), (tail.Start, tail.End));
        Assert.Equal([6, 8, 9, 12], IdsAfter(tail, 5));
        Assert.Equal([8, 9, 12], IdsAfter(tail, 6));
        Assert.Equal([8, 9, 12], IdsAfter(tail, 7));
        Assert.Empty(IdsAfter(tail, 12));
        Assert.Empty(IdsAfter(tail, 99));
    }

    [Fact]
    public void It_goes_on_without_events_and_stays_the_same_without_news()
    {
        var tail = new JournalTail(At(5)).Append(Page(6));
        var further = tail.Append(new JournalPage([], At(20), true, default));
        Assert.Equal(At(20), further.End);
        Assert.Equal([6], IdsAfter(further, 5));
        Assert.Same(further, further.Append(new JournalPage([], At(20), true, default)));
    }

    [Fact]
    public void The_oldest_leave_when_there_are_too_many()
    {
        var tail = new JournalTail(At(0));
        for (var i = 1; i <= 1200; i++)
            tail = tail.Append(Page(i));
        Assert.Equal(At(200), tail.Start);
        Assert.Equal(1000, IdsAfter(tail, 200).Length);
        Assert.Equal(201, IdsAfter(tail, 200)[0]);
    }

    [Fact]
    public void The_oldest_leave_when_they_are_too_large()
    {
        var tail = new JournalTail(At(0));
        for (var i = 1; i <= 100; i++)
            tail = tail.Append(new JournalPage([new JournalEvent { Xid = 1, Id = i, Message = new string('x', 65_535) }], At(i), true, default));
        Assert.Equal(4_000_000 / 65_535, IdsAfter(tail, tail.Start.Id).Length);
        Assert.Equal(100, IdsAfter(tail, tail.Start.Id)[^1]);
    }

    private static JournalPosition At(long id) => new(1, id);

    private static JournalPage Page(params long[] ids) => new([.. ids.Select(id => new JournalEvent { Xid = 1, Id = id })], At(ids[^1]), true, default);

    private static long[] IdsAfter(JournalTail tail, long id) => [.. tail.After(At(id)).ToArray().Select(e => e.Id)];
}
