using System.Collections.Frozen;
using Ironic.Api.V1;
using Ironic.Rest.V1;

namespace Ironic.Conductor.Nodes;

/// <summary>Provisioning states as they are stored: Ironic's texts, as the contract annotates them.</summary>
internal static class ProvisionStates
{
    public const string Enroll = "enroll";
    public const string Verifying = "verifying";
    public const string Manageable = "manageable";
    public const string Available = "available";
    public const string Active = "active";
    public const string Cleaning = "cleaning";
    public const string CleanWait = "clean wait";
    public const string CleanFailed = "clean failed";
    public const string AdoptFailed = "adopt failed";
    public const string Inspecting = "inspecting";
    public const string InspectWait = "inspect wait";
    public const string WaitCallBack = "wait call-back";
    public const string Rescue = "rescue";
    public const string RescueWait = "rescue wait";
    public const string ServiceWait = "service wait";

    private static readonly FrozenDictionary<string, ProvisionState> ByText = NodeReflection.Descriptor.EnumTypes
        .Single(e => e.Name == nameof(ProvisionState)).Values
        .Where(v => v.Number != 0)
        .ToFrozenDictionary(v => v.GetOptions().GetExtension(RestExtensions.Value).Text, v => (ProvisionState)v.Number);

    // States that end by themselves.
    private static readonly FrozenSet<string> Unstable = FrozenSet.Create(
        "adopting", "clean wait", "cleaning", "deleting", "deploying", "inspect wait", "inspecting", "rescue wait", "rescuing", "service wait",
        "servicing", "unrescuing", "verifying", "wait call-back");

    /// <summary>All of them.</summary>
    public static IEnumerable<string> All => ByText.Keys;

    public static bool IsState(string text) => ByText.ContainsKey(text);

    /// <summary>Whether work goes on that will leave the state.</summary>
    public static bool IsUnstable(string state) => Unstable.Contains(state);

    public static ProvisionState ToApi(string? stored) => stored is null ? ProvisionState.Unspecified : ByText[stored];
}
