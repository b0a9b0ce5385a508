using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>The type of a struct's member in Go. To all of them null is their zero value.</summary>
internal enum GoKind
{
    /// <summary><c>string</c>.</summary>
    String,

    /// <summary><c>bool</c>.</summary>
    Bool,

    /// <summary><c>int</c>: no fraction, no text.</summary>
    Int,

    /// <summary><c>time.Time</c>: RFC 3339, which wants a time zone.</summary>
    Time,

    /// <summary><c>map[string]any</c>.</summary>
    Map,

    /// <summary><c>map[string]string</c>.</summary>
    StringMap,

    /// <summary><c>[]string</c>.</summary>
    Strings,

    /// <summary><c>[]any</c>.</summary>
    List,

    /// <summary>Links: a list of objects with <c>href</c> and <c>rel</c>.</summary>
    Links,
}

/// <summary>
/// A struct that gophercloud decodes answers into. Go's decoder fails where a member has another type and passes over members that the struct
/// does not have.
/// </summary>
internal sealed partial class GoShape(params (GoKind Kind, string Names)[] members)
{
    private readonly Dictionary<string, GoKind> _members = members
        .SelectMany(group => group.Names.Split(' ').Select(name => (name, group.Kind))).ToDictionary(member => member.name, member => member.Kind, StringComparer.Ordinal);

    /// <summary>The names of the members.</summary>
    public IReadOnlyCollection<string> Members => _members.Keys;

    /// <summary>Fails unless <paramref name="value"/> can be decoded.</summary>
    public void AssertDecodes(JsonElement value)
    {
        Assert.Equal(JsonValueKind.Object, value.ValueKind);
        foreach (var (name, kind) in _members)
        {
            if (value.TryGetProperty(name, out var member))
                Assert.True(Fits(member, kind), $"{name} is no {kind}: {member.GetRawText()}");
        }
    }

    /// <summary>Fails unless <paramref name="value"/> can be decoded and leaves no member of the struct unset for want of being told.</summary>
    public void AssertComplete(JsonElement value)
    {
        AssertDecodes(value);
        Assert.Empty(Members.Except(value.EnumerateObject().Select(member => member.Name)));
    }

    /// <summary>Whether Go's <c>time.Parse(time.RFC3339, text)</c> takes a text.</summary>
    public static bool IsRfc3339(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool Fits(JsonElement value, GoKind kind) => value.ValueKind == JsonValueKind.Null || kind switch
    {
        GoKind.String => value.ValueKind == JsonValueKind.String,
        GoKind.Bool => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        GoKind.Int => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        GoKind.Time => value.ValueKind == JsonValueKind.String && IsRfc3339(value.GetString()!),
        GoKind.Map => value.ValueKind == JsonValueKind.Object,
        GoKind.StringMap => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(member => Fits(member.Value, GoKind.String)),
        GoKind.Strings => IsListOf(value, item => Fits(item, GoKind.String)),
        GoKind.List => value.ValueKind == JsonValueKind.Array,
        GoKind.Links => IsListOf(value, IsLink),
        _ => throw new InvalidOperationException($"{kind} is not known."),
    };

    private static bool IsListOf(JsonElement value, Func<JsonElement, bool> fits) =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(fits);

    private static bool IsLink(JsonElement value) =>
        value.ValueKind == JsonValueKind.Object && Fits(value.GetProperty("href"), GoKind.String) && Fits(value.GetProperty("rel"), GoKind.String);

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Rfc3339();
}
