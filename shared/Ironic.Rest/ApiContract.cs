using System.Reflection;
using Google.Api;
using Google.Protobuf.Reflection;
using Ironic.Rest.Plans;
using Ironic.Rest.V1;

namespace Ironic.Rest;

/// <summary>The public services and everything that is derived from their descriptors.</summary>
public sealed class ApiContract
{
    /// <summary>The package of the public services.</summary>
    public const string PublicPackage = "ironic.api.v1";

    /// <summary>Compiles the services of some files.</summary>
    /// <exception cref="ContractException">Annotations do not make sense.</exception>
    public ApiContract(IEnumerable<FileDescriptor> files)
    {
        var sources = files.ToArray();
        Services = [.. sources.SelectMany(file => file.Services)];
        Errors = new ErrorCatalog(sources.SelectMany(file => file.EnumTypes));
        var messages = new MessageCompiler();
        Methods = [.. Services.SelectMany(service => service.Methods).Select(method => new MethodPlan(method, messages))];
        Routes = [.. Methods.Zip(Services.SelectMany(service => service.Methods)).SelectMany(pair => RoutesOf(pair.First, pair.Second))];
        RootLinks = [.. Services.SelectMany(service => service.GetOptions()?.GetExtension(RestExtensions.Service)?.RootLinks ?? [])];
    }

    /// <summary>The public services.</summary>
    public IReadOnlyList<ServiceDescriptor> Services { get; }

    internal IReadOnlyList<MethodPlan> Methods { get; }

    internal IReadOnlyList<RoutePlan> Routes { get; }

    internal IReadOnlyList<RootLink> RootLinks { get; }

    internal ErrorCatalog Errors { get; }

    /// <summary>Compiles the public services of an assembly that was generated from the contracts.</summary>
    /// <exception cref="ContractException">There are none, or annotations do not make sense.</exception>
    public static ApiContract Load(Assembly assembly)
    {
        var files = FilesOf(assembly).Where(file => file.Package == PublicPackage).OrderBy(file => file.Name, StringComparer.Ordinal).ToArray();
        return files.Length == 0 ? throw new ContractException($"{assembly.GetName().Name} has nothing of {PublicPackage}.") : new ApiContract(files);
    }

    /// <summary>The descriptors of all files that an assembly was generated from.</summary>
    public static IEnumerable<FileDescriptor> FilesOf(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        // protoc makes one static class with a property Descriptor for each file.
        return assembly.GetTypes()
            .Where(type => type is { IsAbstract: true, IsSealed: true, IsPublic: true })
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static))
            .Where(property => property?.PropertyType == typeof(FileDescriptor))
            .Select(property => (FileDescriptor)property!.GetValue(null)!);
    }

    // What a caller sends as a stream has no form over REST.
    private static IEnumerable<RoutePlan> RoutesOf(MethodPlan plan, MethodDescriptor method) =>
        method is { IsClientStreaming: false } && method.GetOptions()?.GetExtension(AnnotationsExtensions.Http) is { } http
            ? RoutePlan.Create(plan, http)
            : [];
}
