namespace Ironic.Conductor.Storage;

/// <summary>A place in the journal, behind the event that it names, within the present era.</summary>
/// <param name="Xid">The transaction that wrote the event; 0 in SQLite, and for events from before positions were kept.</param>
/// <param name="Id">The event's id.</param>
internal readonly record struct JournalPosition(long Xid, long Id) : IComparable<JournalPosition>
{
    public int CompareTo(JournalPosition other) => Xid != other.Xid ? Xid.CompareTo(other.Xid) : Id.CompareTo(other.Id);

    public static bool operator <(JournalPosition left, JournalPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(JournalPosition left, JournalPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(JournalPosition left, JournalPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(JournalPosition left, JournalPosition right) => left.CompareTo(right) >= 0;

    public static JournalPosition Min(JournalPosition left, JournalPosition right) => left < right ? left : right;

    public static JournalPosition Max(JournalPosition left, JournalPosition right) => left > right ? left : right;
}
