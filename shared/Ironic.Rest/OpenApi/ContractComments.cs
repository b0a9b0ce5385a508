using System.Collections.Frozen;
using System.Reflection;
using Google.Protobuf.Reflection;

namespace Ironic.Rest.OpenApi;

/// <summary>The comments of the contracts, by the full names of what they stand before.</summary>
internal sealed class ContractComments
{
    private const string ResourceName = "contract.binpb";

    // Field numbers of descriptor.proto, of which the paths of a location are made.
    private const int FileMessages = 4;
    private const int FileEnums = 5;
    private const int FileServices = 6;
    private const int MessageFields = 2;
    private const int MessageMessages = 3;
    private const int MessageEnums = 4;
    private const int EnumValues = 2;
    private const int ServiceMethods = 2;

    private readonly FrozenDictionary<string, string> _texts;

    private ContractComments(IReadOnlyDictionary<string, string> texts) => _texts = texts.ToFrozenDictionary(StringComparer.Ordinal);

    public static ContractComments None { get; } = new(new Dictionary<string, string>());

    /// <summary>The comment, on one line for each paragraph; null when there is none.</summary>
    public string? Find(string fullName) => _texts.GetValueOrDefault(fullName);

    /// <summary>Reads the descriptor set that an assembly of contracts carries.</summary>
    /// <exception cref="InvalidOperationException">It carries none.</exception>
    public static ContractComments Load(Assembly assembly)
    {
        using var stream = assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"{assembly.GetName().Name} has no {ResourceName}.");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in FileDescriptorSet.Parser.ParseFrom(stream).File)
        {
            foreach (var location in file.SourceCodeInfo?.Location ?? [])
            {
                if (location.LeadingComments.Length > 0 && NameOf(file, [.. location.Path]) is { } name)
                    texts[name] = Reflow(location.LeadingComments);
            }
        }

        return new ContractComments(texts);
    }

    private static string? NameOf(FileDescriptorProto file, int[] path) => path switch
    {
        [FileMessages, var index, .. var rest] => NameOf(file.MessageType[index], file.Package, rest),
        [FileEnums, var index, .. var rest] => NameOf(file.EnumType[index], file.Package, rest),
        [FileServices, var index] => $"{file.Package}.{file.Service[index].Name}",
        [FileServices, var index, ServiceMethods, var method] => $"{file.Package}.{file.Service[index].Name}.{file.Service[index].Method[method].Name}",
        _ => null,
    };

    private static string? NameOf(DescriptorProto message, string scope, int[] path) => path switch
    {
        [] => $"{scope}.{message.Name}",
        [MessageFields, var index] => $"{scope}.{message.Name}.{message.Field[index].Name}",
        [MessageMessages, var index, .. var rest] => NameOf(message.NestedType[index], $"{scope}.{message.Name}", rest),
        [MessageEnums, var index, .. var rest] => NameOf(message.EnumType[index], $"{scope}.{message.Name}", rest),
        _ => null,
    };

    private static string? NameOf(EnumDescriptorProto descriptor, string scope, int[] path) => path switch
    {
        [] => $"{scope}.{descriptor.Name}",
        // Values of an enum are siblings of the enum, by protobuf's rules.
        [EnumValues, var index] => $"{scope}.{descriptor.Value[index].Name}",
        _ => null,
    };

    private static string Reflow(string comment)
    {
        var paragraphs = comment.ReplaceLineEndings("\n").Split("\n\n").Select(paragraph => string.Join(' ', paragraph.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)));
        return string.Join('\n', paragraphs.Where(paragraph => paragraph.Length > 0));
    }
}
