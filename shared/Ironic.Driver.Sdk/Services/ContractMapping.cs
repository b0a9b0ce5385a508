namespace Ironic.Driver.Sdk.Services;

/// <summary>From the contract's messages to what the author of a driver sees.</summary>
internal static class ContractMapping
{
    private static readonly JsonMapSource DriverInfo = new JsonMapSource.NodeField("driver_info");
    private static readonly JsonMapSource DriverInternalInfo = new JsonMapSource.NodeField("driver_internal_info");
    private static readonly JsonMapSource Properties = new JsonMapSource.NodeField("properties");
    private static readonly JsonMapSource TargetRaidConfig = new JsonMapSource.NodeField("target_raid_config");
    private static readonly JsonMapSource InstanceInfo = new JsonMapSource.NodeField("instance_info");

    public static NodeContext ToNode(V1.NodeContext? node, V1.CallContext? call)
    {
        if (node is null || node.Uuid.Length == 0)
            throw new InvalidParameterException("The call names no node.");
        return new NodeContext
        {
            Uuid = node.Uuid,
            Name = node.Name,
            Driver = node.Driver,
            DriverInfo = ToMap(node.DriverInfo, DriverInfo),
            DriverInternalInfo = ToMap(node.DriverInternalInfo, DriverInternalInfo),
            Properties = ToMap(node.Properties, Properties),
            InstanceInfo = ToMap(node.InstanceInfo, InstanceInfo),
            TargetRaidConfig = ToMap(node.TargetRaidConfig, TargetRaidConfig),
            Interfaces = node.Interfaces,
            // A state of a later version is one that this driver does not know.
            PowerState = Enum.IsDefined((PowerState)node.PowerState) ? (PowerState)node.PowerState : PowerState.Unknown,
            DisablePowerOff = node.DisablePowerOff,
            RequestId = call?.RequestId ?? "",
            OperationId = call?.OperationId ?? "",
            Epoch = call?.Epoch ?? 0,
        };
    }

    public static DriverContext ToDriver(string driver, V1.CallContext? call) =>
        new() { Driver = driver, RequestId = call?.RequestId ?? "", OperationId = call?.OperationId ?? "" };

    public static VendorCall ToVendorCall(V1.VendorCall call) => new()
    {
        Method = call.Method,
        HttpMethod = call.HttpMethod,
        Parameters = ToMap(call.Parameters, new JsonMapSource.Parameters(call.Method)),
    };

    public static VendorCall ToStepCall(V1.ExecuteStepRequest request) => new()
    {
        Method = request.Step,
        HttpMethod = "",
        Parameters = ToMap(request.Arguments, new JsonMapSource.Parameters(request.Step)),
    };

    private static JsonMap ToMap(Types.V1.Json? json, JsonMapSource source) => json is null ? JsonMap.Empty : new JsonMap(json.Text, source);
}
