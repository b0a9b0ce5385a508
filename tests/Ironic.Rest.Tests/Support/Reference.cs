using System.Text;

namespace Ironic.Rest.Tests.Support;

/// <summary>Facts about Ironic's REST API that the contract's annotations are checked against.</summary>
internal static class Reference
{
    /// <summary>Reads a table; the first line names the columns.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Read(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Reference", name));
        var columns = Split(lines[0]);
        return [.. lines.Skip(1).Select(line => Split(line).Zip(columns).ToDictionary(pair => pair.Second, pair => pair.First))];
    }

    /// <summary>The minor number of <c>1.82</c>.</summary>
    public static int Minor(string version) => int.Parse(version.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);

    private static List<string> Split(string line)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        var quoted = false;
        foreach (var letter in line)
        {
            if (letter == '"')
            {
                quoted = !quoted;
            }
            else if (letter == ',' && !quoted)
            {
                cells.Add(cell.ToString());
                cell.Clear();
            }
            else
            {
                cell.Append(letter);
            }
        }

        cells.Add(cell.ToString());
        return cells;
    }
}
