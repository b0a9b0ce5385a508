using Google.Protobuf.WellKnownTypes;
using Ironic.Types.V1;

namespace Ironic.Conductor;

/// <summary>Stored values as the contract has them.</summary>
internal static class ApiValues
{
    public static Timestamp? Time(DateTime? time) => time is { } at ? Timestamp.FromDateTime(DateTime.SpecifyKind(at, DateTimeKind.Utc)) : null;

    public static Json? Json(string? text) => text is null ? null : new Json { Text = text };
}
