using System.Text.RegularExpressions;

namespace Ironic.Testing;

/// <summary>The last lines that a program wrote, for failure messages and for waiting on a line.</summary>
internal sealed class ProcessOutput
{
    private const int MaxLines = 2_000;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    public void Add(string? line)
    {
        if (line is null)
            return;
        lock (_gate)
        {
            if (_lines.Count == MaxLines)
                _lines.Dequeue();
            _lines.Enqueue(line);
        }
    }

    public Match? FirstMatch(Regex pattern)
    {
        lock (_gate)
            return _lines.Select(line => pattern.Match(line)).FirstOrDefault(match => match.Success);
    }

    public override string ToString()
    {
        lock (_gate)
            return string.Join(Environment.NewLine, _lines);
    }
}
