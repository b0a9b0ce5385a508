using Ironic.Api.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>Faults as they are stored: Ironic's texts.</summary>
internal static class Faults
{
    public const string PowerFailure = "power failure";
    public const string CleanFailure = "clean failure";
    public const string RescueAbortFailure = "rescue abort failure";
    public const string ServiceFailure = "service failure";

    public static bool IsFault(string text) => text is PowerFailure or CleanFailure or RescueAbortFailure or ServiceFailure;

    public static Fault ToApi(string? stored) => stored switch
    {
        PowerFailure => Fault.PowerFailure,
        CleanFailure => Fault.CleanFailure,
        RescueAbortFailure => Fault.RescueAbortFailure,
        ServiceFailure => Fault.ServiceFailure,
        null => Fault.Unspecified,
        _ => throw new InvalidOperationException($"'{stored}' is no fault."),
    };
}
