using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Ironic.Api.Reflection;

/// <summary>Files by what they declare, for clients that ask the server for its contract.</summary>
internal sealed class DescriptorIndex
{
    private readonly FrozenDictionary<string, FileDescriptor> _byName;
    private readonly FrozenDictionary<string, FileDescriptor> _bySymbol;
    private readonly FrozenDictionary<(string Type, int Number), FileDescriptor> _byExtension;

    /// <param name="roots">Files; everything that they import is there, too.</param>
    /// <param name="services">Full names of the services that are served.</param>
    public DescriptorIndex(IEnumerable<FileDescriptor> roots, IEnumerable<string> services)
    {
        var files = new Dictionary<string, FileDescriptor>(StringComparer.Ordinal);
        foreach (var root in roots)
            Add(root, files);
        _byName = files.ToFrozenDictionary(StringComparer.Ordinal);
        _bySymbol = files.Values.SelectMany(file => SymbolsOf(file).Select(symbol => (symbol, file))).ToFrozenDictionary(pair => pair.symbol, pair => pair.file, StringComparer.Ordinal);
        _byExtension = files.Values.SelectMany(ExtensionsOf).ToFrozenDictionary(pair => (pair.Field.ExtendeeType.FullName, pair.Field.FieldNumber), pair => pair.File);
        Services = [.. services.Order(StringComparer.Ordinal)];
    }

    /// <summary>Full names of the served services.</summary>
    public IReadOnlyList<string> Services { get; }

    public FileDescriptor? FindFile(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The file of a service, method, message, field, enum, enum value or extension, by its full name.</summary>
    public FileDescriptor? FindSymbol(string symbol) => _bySymbol.GetValueOrDefault(symbol);

    public FileDescriptor? FindExtension(string type, int number) => _byExtension.GetValueOrDefault((type, number));

    /// <summary>Numbers of a message's extensions.</summary>
    public IEnumerable<int> ExtensionNumbers(string type) => _byExtension.Keys.Where(key => key.Type == type).Select(key => key.Number).Order();

    /// <summary>Whether there is such a message.</summary>
    public bool HasSymbol(string symbol) => _bySymbol.ContainsKey(symbol);

    /// <summary>A file and everything that it imports, directly or not, serialized; the file itself comes first.</summary>
    public static IEnumerable<ByteString> WithImports(FileDescriptor file)
    {
        var files = new Dictionary<string, FileDescriptor>(StringComparer.Ordinal);
        Add(file, files);
        return files.Values.Select(imported => imported.SerializedData);
    }

    private static void Add(FileDescriptor file, Dictionary<string, FileDescriptor> files)
    {
        if (!files.TryAdd(file.Name, file))
            return;
        foreach (var dependency in file.Dependencies)
            Add(dependency, files);
    }

    private static IEnumerable<string> SymbolsOf(FileDescriptor file) =>
        file.Services.SelectMany(service => service.Methods.Select(method => method.FullName).Prepend(service.FullName))
            .Concat(file.MessageTypes.SelectMany(SymbolsOf))
            .Concat(file.EnumTypes.SelectMany(SymbolsOf))
            .Concat(file.Extensions.UnorderedExtensions.Select(extension => extension.FullName));

    private static IEnumerable<string> SymbolsOf(MessageDescriptor message) =>
        message.Fields.InDeclarationOrder().Select(field => field.FullName).Prepend(message.FullName)
            .Concat(message.Oneofs.Select(oneof => oneof.FullName))
            .Concat(message.NestedTypes.SelectMany(SymbolsOf))
            .Concat(message.EnumTypes.SelectMany(SymbolsOf));

    private static IEnumerable<string> SymbolsOf(EnumDescriptor type) => type.Values.Select(value => value.FullName).Prepend(type.FullName);

    private static IEnumerable<(FieldDescriptor Field, FileDescriptor File)> ExtensionsOf(FileDescriptor file) =>
        file.Extensions.UnorderedExtensions.Select(extension => (extension, file));
}
