namespace Ironic.Conductor.Patches;

/// <summary>The words that Ironic takes for true and false, in any case.</summary>
internal static class BooleanTexts
{
    /// <summary>For errors.</summary>
    public const string Acceptable = "'0', '1', 'f', 'false', 'n', 'no', 'off', 'on', 't', 'true', 'y', 'yes'";

    public static bool TryParse(string text, out bool value)
    {
        value = text.ToLowerInvariant() is "1" or "t" or "true" or "on" or "y" or "yes";
        return value || text.ToLowerInvariant() is "0" or "f" or "false" or "off" or "n" or "no";
    }
}
