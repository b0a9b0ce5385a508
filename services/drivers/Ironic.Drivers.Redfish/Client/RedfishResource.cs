using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>A resource of a controller as it was when it was read.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Json">An object.</param>
/// <param name="ETag">Its version; null: the controller has none.</param>
internal sealed record RedfishResource(string Path, JsonElement Json, string? ETag)
{
    /// <summary>How the controller calls it, unique among its like.</summary>
    public string Id => Json.Text("Id") ?? Path[(Path.TrimEnd('/').LastIndexOf('/') + 1)..].TrimEnd('/');

    /// <summary>What it is for people.</summary>
    public string Name => Json.Text("Name") ?? Id;

    /// <summary>Where a link of it leads.</summary>
    /// <exception cref="UnsupportedOperationException">It has no such link.</exception>
    public string RequireLink(params ReadOnlySpan<string> path) =>
        Json.Link(path) ?? throw new UnsupportedOperationException($"The resource {Path} has no {string.Join('/', path.ToArray())}.");

    /// <summary>Where one of its actions is; null when it does not have it.</summary>
    /// <param name="name">With the type: <c>ComputerSystem.Reset</c>.</param>
    public string? FindAction(string name) =>
        Json.Member("Actions", $"#{name}") is { } action ? action.Text("target") : Json.Member("Actions", "Oem", $"#{name}") is { } oem ? oem.Text("target") : null;

    /// <summary>Where one of its actions is.</summary>
    /// <exception cref="UnsupportedOperationException">It does not have it.</exception>
    public string RequireAction(string name) => FindAction(name) ?? throw new UnsupportedOperationException($"The resource {Path} has no action {name}.");

    /// <summary>The values that a parameter of an action may have, as far as the resource itself says; empty: it does not say.</summary>
    public IReadOnlyList<string> AllowedBy(string action, string parameter) =>
        Json.Member("Actions", $"#{action}") is { } found ? found.Texts($"{parameter}@Redfish.AllowableValues") : [];

    /// <summary>Where something that was made with it waits for a restart.</summary>
    public string? SettingsPath => Json.Link("@Redfish.Settings", "SettingsObject");

    public override string ToString() => Path;
}
