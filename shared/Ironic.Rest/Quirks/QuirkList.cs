namespace Ironic.Rest.Quirks;

/// <summary>All quirks.</summary>
internal static class QuirkList
{
    public static IReadOnlyList<RestQuirk> All { get; } =
    [
        new ReservedNodeIdents(),
        new ShardItem(),
        new LookupItem(),
        new DetailWithSlash(),
        new ItemBelowParent(),
        new PositionalFields(),
        new PositionalBody(),
    ];
}
