using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Api.V1;
using Ironic.Rest.V1;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>A route of the contract, as the fuzzer needs it.</summary>
/// <param name="Verb">HTTP verb.</param>
/// <param name="Segments">The path's segments; a parameter is null.</param>
/// <param name="Body">The field that is the body, <c>*</c> for all that the path has not, empty for none.</param>
/// <param name="Request">The request message.</param>
internal sealed record FuzzRoute(string Verb, string?[] Segments, string Body, MessageDescriptor Request)
{
    /// <summary>All routes of the public services, so that a new one is tried out without being named here.</summary>
    public static IReadOnlyList<FuzzRoute> All { get; } =
    [
        .. from type in typeof(NodeReflection).Assembly.GetTypes()
           where type.Namespace == typeof(NodeReflection).Namespace && type.Name.EndsWith("Reflection", StringComparison.Ordinal)
           let file = type.GetProperty("Descriptor")?.GetValue(null) as FileDescriptor
           where file is not null
           from service in file.Services
           from method in service.Methods
           let http = method.GetOptions()?.GetExtension(AnnotationsExtensions.Http)
           where http is not null
           from rule in http.AdditionalBindings.Prepend(http)
           select Create(method, rule),
    ];

    /// <summary>The message that the body holds; null when it is none, or free-form.</summary>
    public MessageDescriptor? BodyMessage => Body switch
    {
        "" => null,
        "*" => Request,
        _ => Request.FindFieldByName(Body) is { FieldType: FieldType.Message, MessageType: { FullName: not "ironic.type.v1.Json" } message } ? message : null,
    };

    /// <summary>Whether the body is a list of operations.</summary>
    public bool IsPatch => Body is not ("" or "*") && Request.FindFieldByName(Body)?.IsRepeated == true;

    /// <summary>A field's name over REST.</summary>
    public static string NameOf(FieldDescriptor descriptor) =>
        descriptor.GetOptions()?.GetExtension(RestExtensions.Field) is { Name.Length: > 0 } rule ? rule.Name : descriptor.Name;

    private static FuzzRoute Create(MethodDescriptor method, HttpRule rule)
    {
        var (verb, path) = rule.PatternCase switch
        {
            HttpRule.PatternOneofCase.Get => ("GET", rule.Get),
            HttpRule.PatternOneofCase.Put => ("PUT", rule.Put),
            HttpRule.PatternOneofCase.Post => ("POST", rule.Post),
            HttpRule.PatternOneofCase.Delete => ("DELETE", rule.Delete),
            HttpRule.PatternOneofCase.Patch => ("PATCH", rule.Patch),
            _ => (rule.Custom.Kind, rule.Custom.Path),
        };
        return new FuzzRoute(verb, [.. path.TrimStart('/').Split('/').Select(segment => segment.StartsWith('{') ? null : segment)], rule.Body, method.InputType);
    }
}
