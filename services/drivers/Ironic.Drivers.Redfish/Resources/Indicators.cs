using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>The lights of a machine, of the chassis that it is in and of its drives.</summary>
internal static class Indicators
{
    private const string Led = "IndicatorLED";
    private const string Location = "LocationIndicatorActive";

    private static readonly (IndicatorState State, string Led)[] LedStates = [(IndicatorState.Blinking, "Blinking"), (IndicatorState.Off, "Off"), (IndicatorState.On, "Lit")];

    /// <summary>The lights, and whose they are.</summary>
    public static async Task<IReadOnlyList<(Indicator Indicator, RedfishResource Owner)>> FindAsync(RedfishSystem system)
    {
        var found = new List<(Indicator, RedfishResource)>();
        Add("system", [system.Resource]);
        Add("chassis", await system.Connection.GetAllAsync(system.ChassisLinks));
        Add("disk", await StorageInventory.FindDrivesAsync(system));
        return found;

        void Add(string component, IEnumerable<RedfishResource> owners)
        {
            foreach (var owner in owners.Where(owner => owner.Json.Text(Led) is not null || owner.Json.Flag(Location) is not null))
                found.Add((new Indicator(component, owner.Json.Text("UUID") ?? owner.Id, ReadOnly: false, States(owner)), owner));
        }
    }

    /// <summary>How a light is.</summary>
    public static IndicatorState Read(RedfishResource owner)
    {
        if (owner.Json.Text(Led) is { } led)
            return LedStates.FirstOrDefault(pair => pair.Led == led).State;
        return owner.Json.Flag(Location) == true ? IndicatorState.On : IndicatorState.Off;
    }

    /// <summary>What is to be changed so that a light is in a state.</summary>
    public static JsonObject Describe(RedfishResource owner, IndicatorState state) => owner.Json.Text(Led) is not null
        ? new JsonObject { [Led] = LedStates.First(pair => pair.State == state).Led }
        : new JsonObject { [Location] = state == IndicatorState.On };

    private static IReadOnlyList<IndicatorState> States(RedfishResource owner) => owner.Json.Text(Led) is not null
        ? [IndicatorState.Blinking, IndicatorState.Off, IndicatorState.On]
        : [IndicatorState.Off, IndicatorState.On];
}
