using Ironic.Rest.Plans;

namespace Ironic.Rest.Quirks;

/// <summary>
/// A field that came with a later microversion is refused with a 406, and the caller learns that it is there. Clients of the release
/// that ended with 1.82 have always been told that there is no such field, and still are. Named <c>later-fields</c> in the documentation.
/// </summary>
internal static class LaterFields
{
    private const int LastOfTheRelease = 82;

    /// <summary>Whether a field is refused like a name that is no field's.</summary>
    public static bool AreUnknown(FieldPlan field, int version) => version <= LastOfTheRelease && field.Rule.Since > LastOfTheRelease;
}
