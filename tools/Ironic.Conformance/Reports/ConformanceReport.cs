using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ironic.Conformance.Reports;

/// <summary>What a run has come to.</summary>
/// <param name="Endpoint">Where the driver was reached.</param>
/// <param name="Driver">Its name.</param>
/// <param name="Version">Its own version.</param>
/// <param name="Results">Every check, in the order in which they were made.</param>
public sealed record ConformanceReport(Uri Endpoint, string Driver, string Version, IReadOnlyList<CheckResult> Results)
{
    /// <summary>Whether nothing failed, and something passed.</summary>
    public bool IsConformant => Failed.Count == 0 && Results.Any(result => result.Verdict == Verdict.Pass);

    /// <summary>The checks that failed.</summary>
    [JsonIgnore]
    public IReadOnlyList<CheckResult> Failed => [.. Results.Where(result => result.Verdict == Verdict.Fail)];

    /// <summary>How many have a verdict.</summary>
    public int Count(Verdict verdict) => Results.Count(result => result.Verdict == verdict);

    /// <summary>For people: what failed, what was skipped and why, each requirement in a line, and the sum.</summary>
    public string ToText()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Driver} {Version} at {Endpoint.OriginalString}\n\n");
        foreach (var requirement in Results.GroupBy(result => result.Requirement).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var counts = string.Join(", ", requirement.GroupBy(result => result.Verdict).OrderBy(group => group.Key).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {Word(group.Key)}")));
            text.Append(CultureInfo.InvariantCulture, $"{requirement.Key}  {counts}\n");
            foreach (var failed in requirement.Where(result => result.Verdict == Verdict.Fail))
                text.Append(CultureInfo.InvariantCulture, $"    FAIL {failed.Id}: {failed.Title}\n         {failed.Reason}\n");
            foreach (var skipped in requirement.Where(result => result.Verdict == Verdict.Skip).GroupBy(result => result.Reason))
                text.Append(CultureInfo.InvariantCulture, $"    skip {skipped.Count()}: {skipped.Key}\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{Count(Verdict.Pass)} passed, {Count(Verdict.Fail)} failed, {Count(Verdict.Skip)} skipped\n");
        return text.ToString();
    }

    /// <summary>For programs: everything.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ReportJson.Default.ConformanceReport);

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "passed",
        Verdict.Fail => "failed",
        _ => "skipped",
    };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConformanceReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
