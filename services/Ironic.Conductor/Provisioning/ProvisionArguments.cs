using System.Text.Json;
using Ironic.Api.V1;
using Ironic.Conductor.Nodes;
using Ironic.Conductor.Shapes;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;

namespace Ironic.Conductor.Provisioning;

/// <summary>What may go with a verb: which argument belongs to which, since when, and what it must look like. In Ironic's order.</summary>
internal static class ProvisionArguments
{
    private const int RebuildWithConfigdriveSince = 35;
    private const int ConfigdriveObjectSince = 56;
    private const int VendorDataSince = 59;
    private const int DisableRamdiskOfServiceSince = 108;

    private static readonly string[] StepInterfaces = ["vendor", "power", "management", "firmware", "deploy", "bios", "raid"];

    private static readonly JsonShape CleanSteps = JsonShape.ListOf(Step(StepInterfaces));
    private static readonly JsonShape ServiceSteps = JsonShape.ListOf(Step([.. StepInterfaces, "network"]));

    // A deploy step takes its place among those of the driver by its priority, and the arguments must be said.
    private static readonly JsonShape DeploySteps = JsonShape.ListOf(JsonShape.Object(
        isOpen: false,
        new JsonShapeMember("interface", JsonShape.OneOf(StepInterfaces), IsRequired: true),
        new JsonShapeMember("step", StepName(), IsRequired: true),
        new JsonShapeMember("args", JsonShape.Object(isOpen: true), IsRequired: true),
        new JsonShapeMember("priority", JsonShape.AnyOf(JsonShape.TextWhere("an integer", IsInteger), JsonShape.Integer(minimum: 0)), IsRequired: true),
        new JsonShapeMember("execute_on_child_nodes", JsonShape.Boolean),
        new JsonShapeMember("limit_child_node_execution", JsonShape.ListOf(JsonShape.Text))));

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, MISSING_PARAMETER_VALUE.</exception>
    public static void Check(SetNodeProvisionStateRequest request, Microversion version)
    {
        var target = request.Target;
        CheckConfigdrive(request.Configdrive, target, version);
        if (request.HasDisableRamdisk && target is not "clean" && (target is not "service" || version.Minor < DisableRamdiskOfServiceSince))
            throw Invalid("disable_ramdisk is supported only with manual cleaning and, since 1.108, with service");
        var cleanSteps = StepsOf(request.CleanSteps, "clean_steps", target is "clean", "clean");
        var deploySteps = StepsOf(request.DeploySteps, "deploy_steps", target is "active" or "rebuild", "active or rebuild");
        var serviceSteps = StepsOf(request.ServiceSteps, "service_steps", target is "service", "service");
        CheckRunbook(request, cleanSteps is not null || serviceSteps is not null);
        CheckRescuePassword(request);
        if (target is "clean" && !request.HasRunbook)
            CheckSteps("clean_steps", cleanSteps, CleanSteps, isRequired: true, target);
        if (target is "service" && !request.HasRunbook)
            CheckSteps("service_steps", serviceSteps, ServiceSteps, isRequired: true, target);
        CheckSteps("deploy_steps", deploySteps, DeploySteps, isRequired: false, target);
    }

    private static JsonShape Step(string[] interfaces) => JsonShape.Object(
        isOpen: false,
        new JsonShapeMember("interface", JsonShape.OneOf(interfaces), IsRequired: true),
        new JsonShapeMember("step", StepName(), IsRequired: true),
        new JsonShapeMember("args", JsonShape.Object(isOpen: true)),
        new JsonShapeMember("execute_on_child_nodes", JsonShape.Boolean),
        new JsonShapeMember("limit_child_node_execution", JsonShape.ListOf(JsonShape.Text)));

    private static JsonShape StepName() => JsonShape.TextWhere("a step's name", text => text.Length > 0);

    private static bool IsInteger(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    // Empty lists go with every verb, as if they were not there.
    private static JsonElement? StepsOf(Json? steps, string name, bool belongs, string targets)
    {
        if (steps is null)
            return null;
        var value = Read(steps, name);
        if (value.ValueKind == JsonValueKind.Null)
            return null;
        if (value.ValueKind != JsonValueKind.Array)
            throw Invalid($"Expected a list for {name}");
        if (value.GetArrayLength() == 0)
            return null;
        return belongs ? value : throw Invalid($"\"{name}\" is only valid when setting target provision state to {targets}");
    }

    private static void CheckSteps(string name, JsonElement? steps, JsonShape shape, bool isRequired, string target)
    {
        if (steps is not { } given)
        {
            if (isRequired)
                throw new IronicException(ErrorReason.MissingParameterValue, $"\"{name}\" is required when setting target provision state to {target}");
            return;
        }

        if (shape.FindFault(given) is { } fault)
            throw Invalid($"Invalid {name}: {fault}");
    }

    private static void CheckRunbook(SetNodeProvisionStateRequest request, bool hasSteps)
    {
        if (!request.HasRunbook)
            return;
        if (request.Target is not ("clean" or "service"))
            throw Invalid("\"runbook\" is only valid when setting target provision state to clean or service");
        if (hasSteps)
            throw Invalid("Please provide either steps or a runbook, but not both");
    }

    private static void CheckRescuePassword(SetNodeProvisionStateRequest request)
    {
        if (request.Target is "rescue")
        {
            if (string.IsNullOrWhiteSpace(request.RescuePassword))
                throw new IronicException(ErrorReason.MissingParameterValue, "A non-empty \"rescue_password\" is required when setting target provision state to rescue");
        }
        else if (request.HasRescuePassword)
        {
            throw Invalid("\"rescue_password\" is only valid when setting target provision state to rescue");
        }
    }

    // No fault repeats a value: user data is full of passwords.
    private static void CheckConfigdrive(Json? configdrive, string target, Microversion version)
    {
        if (configdrive is null)
            return;
        var value = Read(configdrive, "configdrive");
        if (value.ValueKind is not (JsonValueKind.Null or JsonValueKind.String or JsonValueKind.Object))
            throw Invalid("Expected a text or an object for configdrive");
        if (value.ValueKind is JsonValueKind.Null || IsEmpty(value))
            return;
        if (target is not "active" && (target is not "rebuild" || version.Minor < RebuildWithConfigdriveSince))
            throw Invalid("Adding a config drive is only supported when setting provision state to active and, since 1.35, rebuild");
        if (value.ValueKind is JsonValueKind.String)
            return;
        foreach (var member in value.EnumerateObject())
        {
            var isRight = member.Name switch
            {
                "meta_data" or "network_data" or "vendor_data" => member.Value.ValueKind is JsonValueKind.Object,
                "user_data" => member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.String or JsonValueKind.Null,
                _ => throw Invalid("Invalid configdrive format: it may have meta_data, network_data, user_data and vendor_data, and nothing else"),
            };
            if (!isRight)
                throw Invalid($"Invalid configdrive format: {member.Name} is of a wrong type");
        }

        if (version.Minor < ConfigdriveObjectSince)
            throw Invalid("Providing a JSON object for configdrive is only supported starting with API version 1.56");
        if (version.Minor < VendorDataSince && value.TryGetProperty("vendor_data", out _))
            throw Invalid("Providing vendor_data in configdrive is only supported starting with API version 1.59");
    }

    private static bool IsEmpty(JsonElement value) =>
        value.ValueKind is JsonValueKind.String ? value.ValueEquals("") : value.GetPropertyCount() == 0;

    private static JsonElement Read(Json json, string name) =>
        JsonTexts.IsValid(json.Text) ? JsonElement.Parse(json.Text) : throw Invalid($"{name} is no JSON");

    private static IronicException Invalid(string message) => new(ErrorReason.InvalidParameterValue, message);
}
