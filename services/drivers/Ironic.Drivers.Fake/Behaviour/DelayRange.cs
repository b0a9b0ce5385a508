using System.Globalization;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>How long an operation takes: a random time between two.</summary>
internal readonly record struct DelayRange(TimeSpan Minimum, TimeSpan Maximum)
{
    private const double MaximumSeconds = 24 * 60 * 60;

    /// <summary>Reads seconds (<c>1.5</c>) or <c>min,max</c>; null when it is neither.</summary>
    public static DelayRange? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is 0 or > 2 || !TryParseSeconds(parts[0], out var minimum) || !TryParseSeconds(parts[^1], out var maximum) || maximum < minimum)
            return null;
        return new DelayRange(minimum, maximum);
    }

    public TimeSpan Choose() => Minimum + ((Maximum - Minimum) * Random.Shared.NextDouble());

    private static bool TryParseSeconds(string text, out TimeSpan time)
    {
        var valid = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= MaximumSeconds;
        time = valid ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return valid;
    }
}
