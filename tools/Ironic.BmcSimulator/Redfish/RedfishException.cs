using System.Text.Json.Nodes;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>A request that is answered by an error, in the format of Redfish (DSP0266, error responses).</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="key">The message's key in the registry Base.</param>
/// <param name="message">What went wrong.</param>
internal sealed class RedfishException(int status, string key, string message) : Exception(message)
{
    public const string Registry = "Base.1.18";

    public int Status => status;

    public string Key => key;

    /// <summary>The property that it is about, a JSON pointer without the slash; null: none.</summary>
    public string? Property { get; init; }

    /// <summary>For Retry-After, in seconds; null: none.</summary>
    public int? RetryAfter { get; init; }

    public JsonObject ToJson()
    {
        var information = new JsonObject
        {
            ["@odata.type"] = "#Message.v1_2_0.Message",
            ["MessageId"] = $"{Registry}.{key}",
            ["Message"] = Message,
            ["MessageArgs"] = new JsonArray(),
            ["Severity"] = "Critical",
            ["MessageSeverity"] = "Critical",
            ["Resolution"] = "See the message.",
        };
        if (Property is not null)
            information["RelatedProperties"] = new JsonArray($"#/{Property}");
        return new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = $"{Registry}.GeneralError",
                ["message"] = Message,
                ["@Message.ExtendedInfo"] = new JsonArray(information),
            },
        };
    }

    public static RedfishException NotFound(string path) => new(404, "ResourceMissingAtURI", $"There is no resource at {path}.");

    public static RedfishException Missing(string property) => new(400, "PropertyMissing", $"The property {property} is required.") { Property = property };

    public static RedfishException Invalid(string property, string value) =>
        new(400, "PropertyValueNotInList", $"{value} is no value that the property {property} can have.") { Property = property };

    public static RedfishException WrongType(string property) => new(400, "PropertyValueTypeError", $"The value of the property {property} is of another type.") { Property = property };

    public static RedfishException Unknown(string property) => new(400, "PropertyUnknown", $"There is no property {property}.") { Property = property };

    public static RedfishException ReadOnly(string property) => new(400, "PropertyNotWritable", $"The property {property} cannot be changed.") { Property = property };

    public static RedfishException Conflict(string message) => new(409, "ResourceInUse", message);
}
