using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>Which C# types a vendor method may take from the body or return, and when a parameter is required.</summary>
internal static class VendorParameterRules
{
    public static BodyParameter CreateBodyParameter(MethodInfo method, ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        if (type.IsByRef)
            throw new DriverDeclarationException(method, $"parameter '{parameter.Name}' is ref, in or out");
        if (FindProblem(type, isResult: false) is { } problem)
            throw new DriverDeclarationException(method, $"parameter '{parameter.Name}' is of type {type.Name}, which is {problem}");
        var required = parameter.GetCustomAttribute<RequiredAttribute>();
        return BodyParameter.Create(
            parameter,
            DriverJson.ToSnakeCase(parameter.Name!),
            required is not null || (!parameter.HasDefaultValue && !IsNullable(parameter)),
            required?.AllowEmptyStrings ?? true);
    }

    /// <summary>Why JSON cannot become a <paramref name="type"/>, or a result of that type JSON; null when it can.</summary>
    public static string? FindProblem(Type type, bool isResult)
    {
        if (type.IsByRefLike || type.IsPointer || type.IsByRef)
            return "no type that JSON can hold";
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.Assembly == typeof(VendorParameterRules).Assembly && !type.IsEnum)
            return "given by the SDK to other kinds of method only";
        if (type == typeof(object))
            return isResult ? null : "too vague; take a JsonNode";
        if (type.GetInterfaces().Append(type).Any(other => other.IsGenericType && other.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>)))
            return "a sequence that is not there yet; collect it in a list";
        JsonTypeInfo info;
        try
        {
            info = DriverJson.Options.GetTypeInfo(type);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            return "no type that JSON can hold";
        }

        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => info.ElementType is { } element && element != type ? FindProblem(element, isResult) : null,
            JsonTypeInfoKind.Dictionary => info.ElementType is { } value && value != type ? FindProblem(value, isResult) : null,
            JsonTypeInfoKind.Object => FindObjectProblem(type, isResult),
            _ => info.Converter.GetType().Name.StartsWith("Unsupported", StringComparison.Ordinal) ? "no type that JSON can hold" : null,
        };
    }

    private static string? FindObjectProblem(Type type, bool isResult)
    {
        // The framework's own classes (streams, tasks, exceptions, ...) have public properties, so the serializer would take them for data.
        if (type.Namespace is { } name && (name == "System" || name.StartsWith("System.", StringComparison.Ordinal)) && !IsPlainData(type))
            return "no data";
        if (typeof(Delegate).IsAssignableFrom(type))
            return "no data";
        return !isResult && (type.IsInterface || type.IsAbstract) ? "abstract" : null;
    }

    private static bool IsPlainData(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>) || type.FullName!.StartsWith("System.Tuple`", StringComparison.Ordinal));

    private static bool IsNullable(ParameterInfo parameter) =>
        Nullable.GetUnderlyingType(parameter.ParameterType) is not null
        || (!parameter.ParameterType.IsValueType && new NullabilityInfoContext().Create(parameter).WriteState != NullabilityState.NotNull);
}
