using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ironic.Conductor.Nodes;

/// <summary>
/// Replaces secrets in free-form JSON before a caller sees it: the value of every key whose name contains one of Ironic's words, at any
/// depth, and what a text says of such a key ("password=..."). Everything else keeps its text.
/// </summary>
internal static class SecretMask
{
    /// <summary>What callers see instead.</summary>
    public const string Text = "******";

    private static readonly string[] Words =
    [
        "adminpass", "admin_pass", "password", "admin_password", "auth_token", "new_pass", "auth_password", "secret_uuid", "secret",
        "sys_pswd", "token", "configdrive", "chappassword", "encrypted_key", "private_key", "fernetkey", "sslkey", "passphrase",
        "cephclusterfsid", "octaviaheartbeatkey", "rabbitcookie", "cephmanilaclientkey", "pacemakerremoteauthkey", "designaterndckey",
        "cephadminkey", "heatauthencryptionkey", "cephclientkey", "keystonecredential", "barbicansimplecryptokek", "cephrgwkey",
        "swifthashsuffix", "migrationsshkey", "cephmdskey", "cephmonkey", "snmp_auth_key", "snmp_priv_key",
    ];

    private static readonly SearchValues<string> AnyWord = SearchValues.Create(Words, StringComparison.OrdinalIgnoreCase);

    // key=value, "key": "value", --key value, <key>value</key>. The engine is linear in the text, whatever the text.
    private static readonly Regex InText = new(
        $"""(?<head>(?:{string.Join('|', Words)})[0-9]*(?:["']?\s*[=:]\s*["']|\s*=\s*|>)|--?[a-z_-]*(?:{string.Join('|', Words)})\s+)(?<value>[^\s"'<]+)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static readonly FrozenSet<string> NoKeys = FrozenSet<string>.Empty;

    /// <summary>Top-level keys of <c>instance_info</c> that are masked, too, when they are not empty.</summary>
    public static IReadOnlySet<string> InstanceInfoKeys { get; } = FrozenSet.Create("configdrive", "image_url");

    /// <param name="json">A JSON value.</param>
    /// <param name="more">Keys of the outermost object that are masked, too, when their value is not empty.</param>
    public static string Mask(string json, IReadOnlySet<string>? more = null)
    {
        more ??= NoKeys;
        // Nearly all nodes have nothing to hide here. A backslash may hide a word from this search.
        if (!json.AsSpan().ContainsAny(AnyWord) && !json.Contains('\\', StringComparison.Ordinal) && !more.Any(k => json.Contains(k, StringComparison.Ordinal)))
            return json;
        var output = new ArrayBufferWriter<byte>(json.Length + 16);
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
            Copy(ref reader, writer, more);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Whether the value of a key of this name is a secret.</summary>
    public static bool IsSecret(string key) => key.AsSpan().ContainsAny(AnyWord);

    /// <summary>Masks what a text says of a secret ("password=...").</summary>
    public static string MaskText(string text) => IsSecret(text) ? InText.Replace(text, match => match.Groups["head"].Value + Text) : text;

    private static void Copy(ref Utf8JsonReader reader, Utf8JsonWriter writer, IReadOnlySet<string> more)
    {
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    writer.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    writer.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    writer.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    writer.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    var key = reader.GetString()!;
                    writer.WritePropertyName(key);
                    if (IsSecret(key) || (reader.CurrentDepth == 1 && more.Contains(key) && !IsEmpty(reader)))
                    {
                        reader.Skip();
                        writer.WriteStringValue(Text);
                    }

                    break;
                case JsonTokenType.String:
                    writer.WriteStringValue(MaskText(reader.GetString()!));
                    break;
                default:
                    // Numbers, true, false and null keep their text.
                    writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
    }

    private static bool IsEmpty(Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Null || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.IsEmpty);
    }
}
