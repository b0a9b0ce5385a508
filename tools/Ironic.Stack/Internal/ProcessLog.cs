using System.Text.RegularExpressions;

namespace Ironic.Stack.Internal;

/// <summary>The log file of one process; the one of the run before is kept beside it as <c>NAME.log.1</c>.</summary>
internal sealed partial class ProcessLog : IDisposable
{
    private const int TailLines = 30;

    private readonly Lock _lock = new();
    private readonly Queue<string> _tail = new();
    private readonly StreamWriter _file;
    private readonly Action<string> _onError;

    /// <param name="path">The file.</param>
    /// <param name="onError">Is told the lines that are errors.</param>
    public ProcessLog(string path, Action<string> onError)
    {
        if (File.Exists(path))
            File.Move(path, path + ".1", overwrite: true);
        _file = new StreamWriter(path) { AutoFlush = true };
        _onError = onError;
    }

    /// <summary>The last lines, for messages about a failed start.</summary>
    public string Tail
    {
        get
        {
            lock (_lock)
                return string.Join(Environment.NewLine, _tail);
        }
    }

    public void Dispose()
    {
        lock (_lock)
            _file.Dispose();
    }

    /// <param name="line">Without its end; null, the end of the stream, is ignored.</param>
    /// <param name="isError">It came from standard error.</param>
    public void Add(string? line, bool isError)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            if (_file.BaseStream is null)
                return;
            _file.WriteLine(line);
            if (_tail.Count == TailLines)
                _tail.Dequeue();
            _tail.Enqueue(line);
        }

        if (isError || ErrorLine().IsMatch(line))
            _onError(line);
    }

    // Both looks of Ironic.Hosting's log.
    [GeneratedRegex("^\\S+Z (ERR|CRT) |^\\{\"timestamp\":\"[^\"]*\",\"level\":\"(ERR|CRT)\"")]
    private static partial Regex ErrorLine();
}
