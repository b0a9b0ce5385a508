using System.Globalization;

namespace Ironic.Stack;

/// <summary>Reads the options of a tool's command line, one after the other: <c>--name</c>, or <c>--name VALUE</c>.</summary>
/// <param name="args">The command line.</param>
/// <param name="fail">Makes the exception for an argument that is wrong.</param>
public sealed class ArgumentReader(IReadOnlyList<string> args, Func<string, Exception> fail)
{
    private int _at = -1;

    /// <summary>The option that was read last.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Goes on to the next option.</summary>
    /// <returns>false when there is none.</returns>
    public bool Next()
    {
        if (++_at >= args.Count)
            return false;
        Name = args[_at];
        return true;
    }

    /// <summary>The option's value.</summary>
    /// <exception cref="Exception">There is none.</exception>
    public string Value() => ++_at < args.Count ? args[_at] : throw fail($"{Name} needs a value (try --help)");

    /// <summary>The option's value, a number.</summary>
    /// <param name="least">The smallest that it may be; null: any that is not negative.</param>
    /// <exception cref="Exception">It is none.</exception>
    public int Number(int? least = null)
    {
        var text = Value();
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= (least ?? 0))
            return number;
        throw fail(least is { } bound ? string.Create(CultureInfo.InvariantCulture, $"{Name}: {text} is no number from {bound}") : $"{Name}: {text} is no number");
    }

    /// <summary>The option's value, words between commas.</summary>
    public string[] List() => Value().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>The option's value, some of the words that there are.</summary>
    /// <exception cref="Exception">One is another.</exception>
    public string[] List(IEnumerable<string> known)
    {
        var words = List();
        return words.Except(known).FirstOrDefault() is { } unknown ? throw fail($"{Name}: there is no {unknown}; there are {string.Join(", ", known)}") : words;
    }

    /// <summary>The exception for an option that the tool does not have.</summary>
    public Exception Unknown() => fail($"unknown argument {Name} (try --help)");
}
