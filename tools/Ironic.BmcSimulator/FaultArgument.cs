using System.Globalization;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator;

/// <summary>A fault as the command line writes it: <c>slow,percent=10,delay=5,scope=ipmi</c>.</summary>
/// <param name="Fault">The fault.</param>
/// <param name="Percent">How many in a hundred machines it concerns.</param>
internal sealed record FaultArgument(Fault Fault, double Percent)
{
    /// <exception cref="FormatException">It is none.</exception>
    public static FaultArgument Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (!Enum.TryParse<FaultKind>(parts[0], ignoreCase: true, out var kind) || !Enum.IsDefined(kind))
            throw new FormatException($"--fault: there is no {parts[0]}; there are {string.Join(", ", Enum.GetNames<FaultKind>())}");
        var argument = new FaultArgument(new Fault(kind), 100);
        foreach (var part in parts[1..])
        {
            var (name, value) = part.Split('=', 2) is [var before, var after] ? (before, after) : (part, "");
            argument = name switch
            {
                "percent" => argument with { Percent = Number(name, value, 100) },
                "probability" => argument with { Fault = argument.Fault with { Probability = Number(name, value, 1) } },
                "delay" => argument with { Fault = argument.Fault with { Delay = TimeSpan.FromSeconds(Number(name, value, TimeSpan.MaxValue.TotalSeconds / 2)) } },
                "times" => argument with { Fault = argument.Fault with { Times = (int)Number(name, value, int.MaxValue) } },
                "retry-after" => argument with { Fault = argument.Fault with { RetryAfter = (int)Number(name, value, int.MaxValue) } },
                "path" => argument with { Fault = argument.Fault with { Path = value } },
                "method" => argument with { Fault = argument.Fault with { Method = value } },
                "scope" when Enum.TryParse<FaultScope>(value, ignoreCase: true, out var scope) => argument with { Fault = argument.Fault with { Scope = scope } },
                _ => throw new FormatException($"--fault: {part} is not understood (try --help)"),
            };
        }

        return argument;
    }

    private static double Number(string name, string value, double most) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= most
            ? number
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"--fault: {name}={value} is no number up to {most}"));
}
