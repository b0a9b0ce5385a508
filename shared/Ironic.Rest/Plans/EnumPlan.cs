using System.Collections.Frozen;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Ironic.Rest.V1;

namespace Ironic.Rest.Plans;

/// <summary>The REST texts of an enum.</summary>
internal sealed class EnumPlan
{
    private readonly FrozenDictionary<int, EnumValuePlan> _byNumber;
    private readonly FrozenDictionary<string, EnumValuePlan> _byText;

    public EnumPlan(EnumDescriptor descriptor)
    {
        var values = new List<EnumValuePlan>();
        foreach (var value in descriptor.Values)
        {
            if (value.GetOptions()?.GetExtension(RestExtensions.Value) is { Text.Length: > 0 } rule)
                values.Add(new EnumValuePlan(value.Number, rule));
        }

        _byNumber = values.ToFrozenDictionary(value => value.Number);
        _byText = values.ToFrozenDictionary(value => value.Text, StringComparer.Ordinal);
        Values = values;
        Texts = [.. values.Select(value => value.Text)];
    }

    /// <summary>The values that have a text, in the order of declaration.</summary>
    public IReadOnlyList<EnumValuePlan> Values { get; }

    /// <summary>Every text, in the order of declaration.</summary>
    public IReadOnlyList<string> Texts { get; }

    /// <summary>The value of this number; null when it has no REST text, as the zero value and those that this process does not know yet.</summary>
    public EnumValuePlan? Find(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>The value of this text, matched exactly.</summary>
    public EnumValuePlan? Find(string text) => _byText.GetValueOrDefault(text);
}

/// <summary>One enum value and what callers of each microversion see.</summary>
internal sealed class EnumValuePlan
{
    private readonly byte[] _json;
    private readonly (uint Below, byte[] Json)[] _older;

    public EnumValuePlan(int number, EnumValueRule rule)
    {
        Number = number;
        Text = rule.Text;
        Since = (int)rule.Since;
        _json = Quote(rule.Text);
        _older = [.. rule.Older.OrderBy(older => older.Below).Select(older => (older.Below, older.Text.Length == 0 ? "null"u8.ToArray() : Quote(older.Text)))];
    }

    public int Number { get; }

    public string Text { get; }

    /// <summary>The first microversion that may use the value in a request.</summary>
    public int Since { get; }

    /// <summary>The JSON value that callers of a microversion see.</summary>
    public ReadOnlySpan<byte> Json(int version)
    {
        foreach (var (below, json) in _older)
        {
            if (version < below)
                return json;
        }

        return _json;
    }

    private static byte[] Quote(string text) => JsonSerializer.SerializeToUtf8Bytes(text, PlanJson.Default.String);
}
