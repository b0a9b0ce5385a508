namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>The tables of <c>protos/ironic/driver/v1/SPEC.md</c>.</summary>
internal static class Specification
{
    /// <summary>The rows of the first table after a line that begins with <paramref name="heading"/>, below its header, cell by cell.</summary>
    public static IReadOnlyList<string[]> ReadTable(string heading, string firstColumn)
    {
        var lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "SPEC.md"))
            .SkipWhile(line => !line.StartsWith(heading, StringComparison.Ordinal))
            .SkipWhile(line => !line.StartsWith($"| {firstColumn} |", StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'));
        var rows = lines.Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToList();
        Assert.NotEmpty(rows);
        return rows;
    }
}
