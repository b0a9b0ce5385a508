using System.Text.Json.Serialization;

namespace Ironic.Rest.Plans;

/// <summary>JSON texts that are made when plans are compiled.</summary>
[JsonSerializable(typeof(string))]
internal sealed partial class PlanJson : JsonSerializerContext;
