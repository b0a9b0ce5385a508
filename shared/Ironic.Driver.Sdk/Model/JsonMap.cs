using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ironic.Driver.Sdk;

/// <summary>
/// A JSON object that came with a call (driver_info, the parameters of a vendor method, ...), read-only and parsed when it is first read.
/// <see cref="ToString"/> names its keys, never its values: they may be secret.
/// </summary>
public sealed class JsonMap
{
    private readonly string _text;
    private readonly JsonMapSource _source;
    // Boxed: a reference is written at once, an element is not, and several threads may be the first to read.
    private StrongBox<JsonElement>? _element;

    internal JsonMap(string text, JsonMapSource source)
    {
        _text = text;
        _source = source;
    }

    /// <summary>The empty object.</summary>
    public static JsonMap Empty { get; } = new("{}", JsonMapSource.Plain);

    /// <summary>Reads <paramref name="json"/>; for tests of driver code.</summary>
    /// <exception cref="InvalidParameterException">It is no JSON object.</exception>
    public static JsonMap Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var map = new JsonMap(json, JsonMapSource.Plain);
        _ = map.Element;
        return map;
    }

    /// <summary>The object as an element; it stays valid for as long as the caller keeps it.</summary>
    /// <exception cref="InvalidParameterException">The text is no JSON object.</exception>
    public JsonElement Element => (_element ??= new StrongBox<JsonElement>(ParseObject())).Value;

    /// <summary>The keys, in the order in which they were given.</summary>
    public IEnumerable<string> Keys => Element.EnumerateObject().Select(property => property.Name);

    /// <summary>Whether <paramref name="name"/> is there and is not null.</summary>
    public bool Has(string name) => Element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Finds a value; true also for one that is JSON's null.</summary>
    public bool TryGet(string name, out JsonElement value) => Element.TryGetProperty(name, out value);

    /// <summary>A value as <typeparamref name="T"/>, or T's default when it is absent or null.</summary>
    /// <exception cref="InvalidParameterException">It is there but is no <typeparamref name="T"/>.</exception>
    public T? Get<T>(string name)
    {
        if (!Element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null)
            return default;
        try
        {
            return value.Deserialize<T>(DriverJson.Options);
        }
        catch (JsonException exception)
        {
            throw new InvalidParameterException(
                $"{_source.Describe(name)} must be {DriverJson.DescribeType(typeof(T))}, not {DriverJson.DescribeKind(value)}.", exception);
        }
    }

    /// <summary>A value as <typeparamref name="T"/>.</summary>
    /// <exception cref="MissingParameterException">It is absent, null or an empty string.</exception>
    /// <exception cref="InvalidParameterException">It is no <typeparamref name="T"/>.</exception>
    public T Require<T>(string name)
    {
        if (!Has(name) || Get<T>(name) is not { } value || value is "")
            throw new MissingParameterException(_source.Missing(name));
        return value;
    }

    /// <summary>A copy that may be changed.</summary>
    public JsonObject ToJsonObject() => JsonObject.Create(Element)!;

    /// <inheritdoc/>
    public override string ToString() => $"{{{string.Join(", ", Keys)}}}";

    private JsonElement ParseObject()
    {
        try
        {
            var element = JsonElement.Parse(_text);
            if (element.ValueKind == JsonValueKind.Object)
                return element;
        }
        catch (JsonException exception)
        {
            throw new InvalidParameterException($"{_source.Name} is no valid JSON.", exception);
        }

        throw new InvalidParameterException($"{_source.Name} must be a JSON object.");
    }
}

/// <summary>Says in error messages where a <see cref="JsonMap"/> came from.</summary>
internal abstract class JsonMapSource
{
    public static readonly JsonMapSource Plain = new NodeField("the object");

    public abstract string Name { get; }

    public abstract string Describe(string key);

    public abstract string Missing(string key);

    internal sealed class NodeField(string name) : JsonMapSource
    {
        public override string Name => name;

        public override string Describe(string key) => $"'{key}' of {name}";

        public override string Missing(string key) => $"'{key}' is missing from {name}.";
    }

    internal sealed class Parameters(string method) : JsonMapSource
    {
        public override string Name => $"The body of a call of '{method}'";

        public override string Describe(string key) => $"Parameter '{key}' of method '{method}'";

        public override string Missing(string key) => $"Parameter '{key}' not passed to method '{method}'.";
    }
}
