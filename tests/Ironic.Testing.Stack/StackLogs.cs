using System.Collections.Concurrent;
using System.Text;

namespace Ironic.Testing.Stack;

/// <summary>Remembers where stacks write their logs, for the output of tests that fail.</summary>
internal sealed class StackLogs
{
    private const int Lines = 60;

    private static readonly ConcurrentDictionary<string, StackLogs> Known = new(StringComparer.Ordinal);

    private readonly string _directory;
    private DateTime _endedAt = DateTime.MaxValue;
    private string? _text;

    private StackLogs(string directory) => _directory = directory;

    /// <summary>A stack starts.</summary>
    public static StackLogs Begin(string directory) => Known.GetOrAdd(directory, path => new StackLogs(path));

    /// <summary>A stack has ended; its directory goes.</summary>
    public static void End(string directory) => Begin(directory).End();

    /// <inheritdoc cref="End(string)"/>
    public void End() => (_text, _endedAt) = (Read(), DateTime.UtcNow);

    /// <summary>The ends of the logs of all stacks that lived after <paramref name="since"/>.</summary>
    public static string Since(DateTime since) => string.Concat(Known.Values.Where(logs => logs._endedAt >= since).Select(logs => logs._text ?? logs.Read()));

    private string Read()
    {
        if (!Directory.Exists(_directory))
            return "";
        var text = new StringBuilder();
        foreach (var path in Directory.EnumerateFiles(_directory, "*.log").Order(StringComparer.Ordinal))
        {
            text.AppendLine().Append("--- ").AppendLine(path);
            using var file = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            foreach (var line in file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(Lines))
                text.AppendLine(line);
        }

        return text.ToString();
    }
}
