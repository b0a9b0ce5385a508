using System.Text.Json;
using Ironic.Rest.Errors;

namespace Ironic.Rest.Requests;

/// <summary>A parameter as it was given: by the query, by the body, or more than once.</summary>
internal sealed class ParameterValue
{
    private ParameterValue(string? text, JsonElement json, ParameterValue? earlier) => (Text, Json, Earlier) = (text, json, earlier);

    /// <summary>The value from the query; null when it comes from the body.</summary>
    public string? Text { get; }

    /// <summary>The value from the body.</summary>
    public JsonElement Json { get; }

    /// <summary>The same parameter, given before.</summary>
    public ParameterValue? Earlier { get; }

    /// <summary>Whether it is a JSON null, which is as good as not given.</summary>
    public bool IsNull => Text is null && Json.ValueKind == JsonValueKind.Null && Earlier is null;

    public static ParameterValue FromQuery(string text, ParameterValue? earlier) => new(text, default, earlier);

    public static ParameterValue FromBody(JsonElement json, ParameterValue? earlier) => new(null, json, earlier);

    /// <summary>The value as an error text shows it.</summary>
    public string Describe()
    {
        if (Earlier is null)
            return Text is null ? Literals.Plain(Json) : Literals.Cut(Text);
        var all = new List<string>();
        for (var value = this; value is not null; value = value.Earlier)
            all.Insert(0, value.Text is null ? Literals.Quoted(value.Json) : Literals.Quoted(value.Text));
        return $"[{string.Join(", ", all)}]";
    }

    /// <summary>The value as a text.</summary>
    /// <param name="name">The parameter's name.</param>
    /// <param name="secret">Whether errors must not repeat the value.</param>
    /// <exception cref="RestException">400: it is none, or was given more than once.</exception>
    public string AsText(string name, bool secret)
    {
        if (Earlier is null)
        {
            if (Text is not null)
                return Scalars.CheckText(name, Text);
            if (Json.ValueKind == JsonValueKind.String)
                return Scalars.TextOf(name, Json);
        }

        throw RestException.BadRequest($"Expected string for {name}{(secret ? "" : ": " + Describe())}");
    }
}
