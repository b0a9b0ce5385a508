using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ironic.Driver.Sdk.Services;

/// <summary>
/// Masks, in texts that leave the driver, the values of keys that look secret in what came with the call, of properties that are declared secret, and
/// the passwords in URLs. The keys are those that Ironic masks in its own responses.
/// </summary>
internal sealed class SecretRedactor(IReadOnlySet<string> secretProperties, params IEnumerable<JsonMap> sources)
{
    private const string Mask = "******";

    private static readonly string[] SecretKeyParts =
    [
        "adminpass", "admin_pass", "password", "auth_token", "new_pass", "secret", "sys_pswd", "token", "configdrive", "encrypted_key",
        "private_key", "fernetkey", "sslkey", "passphrase", "snmp_auth_key", "snmp_priv_key", "hex_kg_key",
    ];

    private List<string>? _secrets;

    /// <summary>One that masks the secrets of something else, too.</summary>
    public SecretRedactor With(JsonMap source) => new(secretProperties, [.. sources, source]);

    public string Redact(string text)
    {
        foreach (var secret in _secrets ??= CollectSecrets())
            text = text.Replace(secret, Mask, StringComparison.Ordinal);
        return text;
    }

    public static bool LooksSecret(string key) => SecretKeyParts.Any(part => key.Contains(part, StringComparison.OrdinalIgnoreCase));

    private List<string> CollectSecrets()
    {
        var secrets = new HashSet<string>(StringComparer.Ordinal);
        foreach (var source in sources)
        {
            try
            {
                Collect(source.Element, isSecret: false, secrets);
            }
            catch (InvalidParameterException)
            {
                // What is no JSON object has no keys; the call itself is refused for it.
            }
        }

        // A long secret may contain a short one.
        return [.. secrets.OrderByDescending(secret => secret.Length)];
    }

    private void Collect(JsonElement element, bool isSecret, HashSet<string> secrets)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Collect(member.Value, isSecret || LooksSecret(member.Name) || secretProperties.Contains(member.Name), secrets);
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    Collect(item, isSecret, secrets);
                break;
            case JsonValueKind.String:
                CollectText(element, isSecret, secrets);
                break;
            case JsonValueKind.Number when isSecret:
                secrets.Add(element.GetRawText());
                break;
        }
    }

    private static void CollectText(JsonElement element, bool isSecret, HashSet<string> secrets)
    {
        string text;
        try
        {
            text = element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON may have it, a text that is shown may not.
            return;
        }

        if (isSecret && text.Length > 0)
        {
            Add(text, secrets);
        }
        else if (FindPassword(text) is { } password)
        {
            secrets.Add(password);
            Add(Uri.UnescapeDataString(password), secrets);
        }
    }

    private static void Add(string secret, HashSet<string> secrets)
    {
        secrets.Add(secret);
        secrets.Add(JsonEncodedText.Encode(secret).ToString());
        secrets.Add(JsonEncodedText.Encode(secret, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
        secrets.Add(Uri.EscapeDataString(secret));
    }

    // As it is written there, also in what is not quite a URL.
    private static string? FindPassword(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        if (start < 3)
            return null;
        var end = url.IndexOfAny(['/', '?', '#'], start);
        var authority = end < 0 ? url[start..] : url[start..end];
        var at = authority.LastIndexOf('@');
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && colon < at - 1 ? authority[(colon + 1)..at] : null;
    }
}
