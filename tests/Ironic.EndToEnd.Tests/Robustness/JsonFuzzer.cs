using System.Globalization;
using System.Text;
using System.Text.Json;
using Google.Protobuf.Reflection;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>Makes JSON that looks like what a route wants, more or less.</summary>
/// <param name="random">The source of everything.</param>
/// <param name="names">Names and UUIDs of resources that exist.</param>
/// <param name="secret">A text that is sent only where a secret belongs, and that must never be seen again.</param>
internal sealed class JsonFuzzer(Random random, IReadOnlyList<string> names, string secret)
{
    private static readonly string[] Words =
    [
        "", "true", "FALSE", "on", "0", "-1", "1.5", "null", "None", "power on", "power off", "rebooting", "soft rebooting", "manage", "provide", "abort", "enroll", "available",
        "pxe", "disk", "fake-hardware", "example", "no-such", "uuid", "name", "extra", "asc", "desc", "links", "add", "remove", "replace", "/extra/a", "/name", "00000000-0000-0000-0000-000000000000",
        "52:54:00:00:00:01", "2026-01-31T12:00:00+00:00", "baremetal 1.82", "a b", "a/b", "~0~1", "../..", "%00", "%s%n", "';--", "<b>", "{}", "[]", "é", "日本語", "\ud83d\ude00", "\u202e", "\ufeff", "\u0000", "\n", "\"", "\\",
    ];

    private static readonly string[] Numbers = ["0", "1", "-1", "-0", "1e400", "1E-400", "1.0", "2147483648", "9223372036854775808", "99999999999999999999999999999999999999", "0.1", "1e3"];

    private static readonly string[] Broken =
        ["{", "[", "\"", "{\"a\"", "{\"a\":", "{\"a\":1,}", "[1,]", "nul", "NaN", "Infinity", "{'a': 1}", "{\"a\":1}{\"b\":2}", "01", "1.", "+1", "\"\\x\"", "\"\\ud800\"", "{\"\\udc00\":1}", "// c", "\u0001", "[1 2]", "{\"a\":\"\n\"}"];

    /// <summary>A short text, often one that means something somewhere.</summary>
    public string Word() => random.Next(10) switch
    {
        < 6 => Words[random.Next(Words.Length)],
        < 8 => names[random.Next(names.Count)],
        8 => new string((char)random.Next(32, 0x3000), random.Next(1, 300)),
        _ => random.Next().ToString("x", CultureInfo.InvariantCulture),
    };

    /// <summary>A body for a route, as bytes.</summary>
    public byte[] Body(FuzzRoute? route) => random.Next(20) switch
    {
        0 => Encoding.UTF8.GetBytes(Broken[random.Next(Broken.Length)]),
        1 => Bytes(random.Next(200)),
        2 => Corrupt(Encoding.UTF8.GetBytes(Fitting(route))),
        3 => Encoding.UTF8.GetBytes(Nested(random.Next(20, 80))),
        4 when random.Next(20) == 0 => Encoding.UTF8.GetBytes(new string('[', 200_000)),
        4 when random.Next(20) == 0 => Encoding.UTF8.GetBytes($"{{\"extra\": \"{new string('x', 1_100_000)}\"}}"),
        4 => Encoding.UTF8.GetBytes(Wide(random.Next(1, 3000))),
        5 => Encoding.UTF8.GetBytes(Value(0)),
        6 => [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Fitting(route))],
        7 => Encoding.Unicode.GetBytes(Fitting(route)),
        _ => Encoding.UTF8.GetBytes(Fitting(route)),
    };

    private string Fitting(FuzzRoute? route)
    {
        if (route is null)
            return Value(0);
        if (route.IsPatch)
            return $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => PatchOperation()))}]";
        return route.BodyMessage is { } message ? Object(message) : Value(0);
    }

    private string Object(MessageDescriptor message)
    {
        var fields = message.Fields.InFieldNumberOrder();
        var text = new StringBuilder("{");
        // Without a driver nothing of a new node is looked at.
        if (message.Name == "Node" && random.Next(4) > 0)
            text.Append("\"driver\": \"fake-hardware\"");
        for (var count = random.Next(5); count > 0; count--)
        {
            if (text.Length > 1)
                text.Append(", ");
            var field = fields[random.Next(fields.Count)];
            text.Append(random.Next(15) == 0 ? Quote(Word()) : Quote(FuzzRoute.NameOf(field))).Append(": ").Append(random.Next(3) == 0 ? Value(0) : Value(field));
        }

        return text.Append('}').ToString();
    }

    private string PatchOperation()
    {
        if (random.Next(10) == 0)
            return Value(0);
        string[] roots = ["extra", "name", "driver_info", "properties", "instance_info", "owner", "maintenance", "resource_class", "network_data", "uuid", "nothing", "driver", "protected", "shard"];
        var path = random.Next(8) == 0 ? Word() : "/" + roots[random.Next(roots.Length)] + (random.Next(2) == 0 ? "" : "/" + Word());
        string[] operations = ["add", "replace", "remove", "move", "copy", "test", "Add", ""];
        var more = random.Next(12) == 0 ? $", {Quote(Word())}: {Value(0)}" : "";
        return random.Next(8) == 0
            ? $"{{\"op\": \"add\", \"path\": \"/driver_info/ipmi_password\", \"value\": {Quote(secret)}{more}}}"
            : $"{{\"op\": {Quote(operations[random.Next(operations.Length)])}, \"path\": {Quote(path)}{(random.Next(6) == 0 ? "" : $", \"value\": {Value(0)}")}{more}}}";
    }

    private string Value(FieldDescriptor field)
    {
        if (field.IsRepeated)
            return $"[{Value(0)}, {Value(0)}]";
        return field.FieldType switch
        {
            FieldType.Bool => random.Next(2) == 0 ? "true" : "false",
            FieldType.Message => random.Next(2) == 0 && HoldsSecrets(field) ? $"{{\"ipmi_password\": {Quote(secret)}, \"a\": {Value(1)}}}" : Value(0),
            FieldType.Int32 or FieldType.Int64 => Numbers[random.Next(Numbers.Length)],
            _ => field.Name.Contains("password", StringComparison.Ordinal) ? Quote(secret) : Quote(Word()),
        };
    }

    // The free-form fields whose passwords are masked. In the others, as in extra, nobody puts one.
    private static bool HoldsSecrets(FieldDescriptor field) =>
        field.Name is "driver_info" or "instance_info" || (field.Name == "properties" && field.ContainingType.Name == "VolumeTarget");

    private string Value(int depth) => random.Next(depth > 3 ? 6 : 8) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "false",
        2 => Numbers[random.Next(Numbers.Length)],
        3 or 4 or 5 => Quote(Word()),
        6 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Value(depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Quote(Word())}: {Value(depth + 1)}"))}}}",
    };

    private string Nested(int depth) => random.Next(2) == 0
        ? new string('[', depth) + new string(']', depth)
        : string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static string Wide(int members) => $"{{\"driver\": \"fake-hardware\", \"extra\": {{{string.Join(',', Enumerable.Range(0, members).Select(i => $"\"k{i}\": {i}"))}}}}}";

    private byte[] Corrupt(byte[] json)
    {
        for (var count = random.Next(1, 4); count > 0 && json.Length > 0; count--)
            json[random.Next(json.Length)] = (byte)random.Next(256);
        return random.Next(2) == 0 ? json : json[..random.Next(json.Length + 1)];
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    // Every second text with escapes only, so that both forms are read.
    private string Quote(string text) => random.Next(2) == 0
        ? JsonSerializer.Serialize(text)
        : "\"" + string.Concat(text.Select(letter => $"\\u{(int)letter:x4}")) + "\"";
}
