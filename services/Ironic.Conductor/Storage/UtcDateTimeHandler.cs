using System.Data;
using System.Globalization;
using Dapper;

namespace Ironic.Conductor.Storage;

/// <summary>Times are UTC in both databases: a <c>timestamptz</c> in PostgreSQL, a sortable text in SQLite.</summary>
internal sealed class UtcDateTimeHandler : SqlMapper.TypeHandler<DateTime>
{
    public override DateTime Parse(object value) => value switch
    {
        DateTime time => DateTime.SpecifyKind(time, DateTimeKind.Utc),
        string text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal),
        _ => throw new DataException($"A time is stored as {value.GetType().Name}."),
    };

    public override void SetValue(IDbDataParameter parameter, DateTime value) => parameter.Value = value;
}
