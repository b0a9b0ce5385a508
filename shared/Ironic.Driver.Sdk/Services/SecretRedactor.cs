using System.Text.Encodings.Web;
using System.Text.Json;

namespace Ironic.Driver.Sdk.Services;

/// <summary>
/// Masks, in texts that leave the driver, the values of keys that look secret in what came with the call, and of properties that are declared secret.
/// The keys are those that Ironic masks in its own responses.
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
            case JsonValueKind.String when isSecret && element.GetString() is { Length: > 0 } value:
                secrets.Add(value);
                secrets.Add(JsonEncodedText.Encode(value).ToString());
                secrets.Add(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString());
                secrets.Add(Uri.EscapeDataString(value));
                break;
            case JsonValueKind.Number when isSecret:
                secrets.Add(element.GetRawText());
                break;
        }
    }
}
