using System.Text.Json.Nodes;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>A machine of a controller (<c>ComputerSystem</c>).</summary>
internal sealed class RedfishSystem(RedfishConnection connection, RedfishResource resource)
{
    private const string ResetAction = "ComputerSystem.Reset";

    public RedfishConnection Connection => connection;

    /// <summary>As it was when it was read last.</summary>
    public RedfishResource Resource { get; private set; } = resource;

    /// <summary>How it boots next.</summary>
    public BootOverride Boot => new(Resource.Json.Member("Boot"));

    public PowerState PowerState => Resource.Json.Text("PowerState") switch
    {
        "On" or "PoweringOn" => PowerState.On,
        "Off" or "PoweringOff" => PowerState.Off,
        _ => PowerState.Unknown,
    };

    /// <summary>Whether it is on its way to <see cref="PowerState"/>: it takes no other command yet.</summary>
    public bool IsSwitching => Resource.Json.Text("PowerState") is "PoweringOn" or "PoweringOff";

    /// <summary>Where the controllers are that manage it.</summary>
    public IReadOnlyList<string> ManagerLinks => Resource.Json.Member("Links") is { } links ? links.Links("ManagedBy") : [];

    /// <summary>Where the chassis are that it is in.</summary>
    public IReadOnlyList<string> ChassisLinks => Resource.Json.Member("Links") is { } links ? links.Links("Chassis") : [];

    /// <summary>Reads it again.</summary>
    public async Task RefreshAsync() => Resource = await connection.GetAsync(Resource.Path);

    /// <summary>The same for another end of the call.</summary>
    public RedfishSystem With(CancellationToken cancellationToken) => new(connection.With(cancellationToken), Resource);

    /// <summary>Resets it in the first of the given ways that it has.</summary>
    /// <exception cref="UnsupportedOperationException">It has none of them.</exception>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public async Task ResetAsync(params IReadOnlyList<string> types)
    {
        var target = Resource.RequireAction(ResetAction);
        var type = await ChooseResetAsync(types)
            ?? throw new UnsupportedOperationException($"The machine {Resource} cannot be reset by {string.Join(" or ", types)}; its controller offers {string.Join(", ", await FindResetTypesAsync())}.");
        await connection.PostAsync(target, new JsonObject { ["ResetType"] = type });
    }

    /// <summary>The first of the given resets that it has, all if its controller does not say which; null: none.</summary>
    public async Task<string?> ChooseResetAsync(params IReadOnlyList<string> types)
    {
        var allowed = await FindResetTypesAsync();
        return allowed.Count == 0 ? types[0] : types.FirstOrDefault(allowed.Contains);
    }

    /// <summary>The managers that are responsible for it; those of the service when it names none.</summary>
    public async Task<IReadOnlyList<RedfishResource>> GetManagersAsync()
    {
        if (ManagerLinks is { Count: > 0 } links)
            return await connection.GetAllAsync(links);
        return await connection.GetMembersAsync((await connection.GetRootAsync()).Json.Link("Managers"));
    }

    /// <summary>The first of its managers.</summary>
    /// <exception cref="UnsupportedOperationException">It has none.</exception>
    public async Task<RedfishResource> GetManagerAsync() =>
        await GetManagersAsync() is [var manager, ..] ? manager : throw new UnsupportedOperationException($"The machine {Resource} has no manager.");

    private async Task<IReadOnlyList<string>> FindResetTypesAsync()
    {
        var allowed = Resource.AllowedBy(ResetAction, "ResetType");
        if (allowed.Count > 0 || Resource.Json.Member("Actions", $"#{ResetAction}")?.Text("@Redfish.ActionInfo") is not { } link)
            return allowed;
        var info = await connection.TryGetAsync(link);
        return info?.Json.Items("Parameters").Where(parameter => parameter.Text("Name") == "ResetType").Select(parameter => parameter.Texts("AllowableValues")).FirstOrDefault() ?? [];
    }
}
