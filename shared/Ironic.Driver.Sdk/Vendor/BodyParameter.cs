using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>A parameter that is bound from a member of the body.</summary>
internal abstract class BodyParameter(string name, bool isRequired)
{
    public string Name { get; } = name;

    public bool IsRequired { get; } = isRequired;

    /// <exception cref="MissingParameterException">It is required and not given.</exception>
    /// <exception cref="InvalidParameterException">It is given and of another type.</exception>
    public abstract void Check(VendorCall call);

    public static BodyParameter Create(ParameterInfo parameter, string name, bool required, bool allowsEmpty) =>
        (BodyParameter)Activator.CreateInstance(
            typeof(BodyParameter<>).MakeGenericType(parameter.ParameterType), name, required, allowsEmpty, parameter.HasDefaultValue ? parameter.DefaultValue : null)!;
}

/// <inheritdoc/>
internal sealed class BodyParameter<T>(string name, bool required, bool allowsEmpty, object? defaultValue) : BodyParameter(name, required)
{
    private readonly T? _default = defaultValue switch
    {
        null => default,
        T value => value,
        // The compiler stores an enum's default as its number.
        _ => (T)Enum.ToObject(Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T), defaultValue),
    };

    private readonly JsonTypeInfo<T> _type = (JsonTypeInfo<T>)DriverJson.Options.GetTypeInfo(typeof(T));

    public override void Check(VendorCall call) => Read(call);

    public T? Read(VendorCall call)
    {
        if (!call.Parameters.TryGet(Name, out var value) || value.ValueKind == JsonValueKind.Null)
            return IsRequired ? throw Missing(call) : _default;
        if (IsRequired && !allowsEmpty && value.ValueKind == JsonValueKind.String && value.ValueEquals(""u8))
            throw Missing(call);
        try
        {
            return value.Deserialize(_type);
        }
        catch (JsonException exception)
        {
            throw new InvalidParameterException(
                $"Parameter '{Name}' of method '{call.Method}' must be {DriverJson.DescribeType(typeof(T))}, not {DriverJson.DescribeKind(value)}.", exception);
        }
    }

    private MissingParameterException Missing(VendorCall call) => new($"Parameter '{Name}' not passed to method '{call.Method}'.");
}
