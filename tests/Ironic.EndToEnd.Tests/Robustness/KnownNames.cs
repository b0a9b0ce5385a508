using System.Collections.Concurrent;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>What exists, by its kind (<c>node</c>, <c>chassis</c>, <c>method</c>): what a test made, and what the answers tell of what comes and goes.</summary>
internal sealed class KnownNames
{
    // More than requests delete before others make new ones; what is older stays where it is, unnamed.
    private const int Most = 60;

    private readonly ConcurrentDictionary<string, List<string>> _names = new(StringComparer.Ordinal);

    /// <summary>The kind that a parameter or a member names: <c>node_uuid</c> is a node, too.</summary>
    public static string KindOf(string name) =>
        name.EndsWith("_uuid", StringComparison.Ordinal) || name.EndsWith("_ident", StringComparison.Ordinal) ? name[..name.LastIndexOf('_')] : name;

    public int Count(string kind)
    {
        if (!_names.TryGetValue(kind, out var names))
            return 0;
        lock (names)
            return names.Count;
    }

    public void Add(string kind, params IEnumerable<string> added)
    {
        var names = _names.GetOrAdd(kind, _ => []);
        lock (names)
        {
            names.AddRange(added);
            if (names.Count > Most)
                names.RemoveRange(0, names.Count - Most);
        }
    }

    public void Remove(string kind, string name)
    {
        if (!_names.TryGetValue(kind, out var names))
            return;
        lock (names)
            names.Remove(name);
    }

    /// <summary>One of a kind; null when there is none.</summary>
    public string? Find(string kind, Random random)
    {
        if (!_names.TryGetValue(kind, out var names))
            return null;
        lock (names)
            return names.Count == 0 ? null : names[random.Next(names.Count)];
    }

    /// <summary>One of any kind.</summary>
    public string FindAny(Random random)
    {
        var kinds = _names.Keys.Order(StringComparer.Ordinal).ToList();
        return Find(kinds[random.Next(kinds.Count)], random) ?? "";
    }

    /// <summary>Takes in what an answer tells: something was made, or is not there any more.</summary>
    public void Learn(DescribedRequest request, RawAnswer answer)
    {
        var operation = request.Operation;
        if (answer.Status == 201 && operation.CreatedKind is { } created)
            Add(created, System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(answer.Body).GetProperty("uuid").GetString()!);
        // Of what is below something, a 404 does not say whether that is gone.
        if (operation.SubjectKind is { } kind && request.Subject is { } subject && (answer.Status == 404 || (answer.Status == 204 && operation.Verb == "DELETE")))
            Remove(kind, subject);
    }
}
