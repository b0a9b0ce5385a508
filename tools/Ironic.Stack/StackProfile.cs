using System.Text.Json;

namespace Ironic.Stack;

/// <summary>
/// Settings for the processes of a stack. They are grouped by what they are for: <c>all</c> processes, a kind
/// (<c>api</c>, <c>conductor</c>, <c>driver</c>) or one process by its name (<c>driver-fake</c>); the narrower group wins.
/// </summary>
public sealed class StackProfile
{
    private readonly Dictionary<string, Dictionary<string, string>> _groups;

    private StackProfile(Dictionary<string, Dictionary<string, string>> groups) => _groups = groups;

    /// <summary>A profile without settings.</summary>
    public static StackProfile Empty { get; } = new([]);

    /// <summary>Reads <c>tools/profiles/NAME.json</c>.</summary>
    /// <exception cref="StackException">There is no such profile, or it is malformed.</exception>
    public static StackProfile LoadNamed(string name)
    {
        var directory = Path.Combine(StackPrograms.FindRepository(), "tools", "profiles");
        var path = Path.Combine(directory, name + ".json");
        if (!File.Exists(path))
        {
            var known = Directory.EnumerateFiles(directory, "*.json").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
            throw new StackException($"there is no profile {name}; there are: {string.Join(", ", known)}");
        }

        return Load(path);
    }

    /// <summary>Reads a file: an object of groups, each an object of sections as in <c>appsettings.json</c>.</summary>
    /// <exception cref="StackException">It is malformed.</exception>
    public static StackProfile Load(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var groups = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal);
            foreach (var group in document.RootElement.EnumerateObject())
            {
                var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                Flatten(group.Value, "", settings);
                groups.Add(group.Name, settings);
            }

            return new StackProfile(groups);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new StackException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>This profile and one more setting.</summary>
    /// <param name="group"><c>all</c>, a kind or a process' name.</param>
    /// <param name="key"><c>Section:Key</c></param>
    /// <param name="value">Its value.</param>
    public StackProfile With(string group, string key, string value)
    {
        var groups = _groups.ToDictionary(pair => pair.Key, pair => new Dictionary<string, string>(pair.Value, StringComparer.OrdinalIgnoreCase), StringComparer.Ordinal);
        groups.TryAdd(group, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase));
        groups[group][key] = value;
        return new StackProfile(groups);
    }

    /// <summary>The settings of one process.</summary>
    public IReadOnlyDictionary<string, string> GetSettings(ProcessKind kind, string name)
    {
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in new[] { "all", GroupName(kind), name }.Distinct())
        {
            foreach (var (key, value) in _groups.GetValueOrDefault(group) ?? [])
                settings[key] = value;
        }

        return settings;
    }

    /// <summary>The groups that belong to none of the processes.</summary>
    internal IEnumerable<string> FindUnknownGroups(IEnumerable<string> processNames) =>
        _groups.Keys.Except(["all", .. Enum.GetValues<ProcessKind>().Select(GroupName), .. processNames]);

    private static string GroupName(ProcessKind kind) => kind switch
    {
        ProcessKind.Api => "api",
        ProcessKind.Conductor => "conductor",
        ProcessKind.Driver => "driver",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static void Flatten(JsonElement value, string key, Dictionary<string, string> settings)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject())
                    Flatten(member.Value, key.Length == 0 ? member.Name : $"{key}:{member.Name}", settings);
                break;
            case JsonValueKind.Array:
                foreach (var (index, element) in value.EnumerateArray().Index())
                    Flatten(element, $"{key}:{index}", settings);
                break;
            case JsonValueKind.String:
                settings[key] = value.GetString()!;
                break;
            case JsonValueKind.Null:
                throw new JsonException($"{key} is null; leave out what is not set");
            default:
                settings[key] = value.GetRawText();
                break;
        }
    }
}
