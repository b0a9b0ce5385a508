using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>What an assembly's metadata refers to outside of itself, resolved by the runtime as it would be when the code runs.</summary>
internal sealed class EngineReferences
{
    // A member of a generic type is referred to through an instantiation over the type parameters of wherever the reference stands.
    // Stand-ins for those parameters let the runtime resolve it; no type or method of the engines has more of them.
    private static readonly Type[] TypeParameters = [.. Enumerable.Repeat(typeof(object), 8)];

    private EngineReferences(IReadOnlyList<MemberInfo> members, IReadOnlyList<Type> types, IReadOnlyList<string> unresolved)
    {
        Members = members;
        Types = types;
        Unresolved = unresolved;
    }

    /// <summary>Every reference to a member of another assembly that the runtime found.</summary>
    public IReadOnlyList<MemberInfo> Members { get; }

    /// <summary>Every type reference that the runtime found.</summary>
    public IReadOnlyList<Type> Types { get; }

    /// <summary>Every reference that the runtime did not find, with its reason.</summary>
    public IReadOnlyList<string> Unresolved { get; }

    public static EngineReferences Read(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        var reader = file.GetMetadataReader();
        var unresolved = new List<string>();
        var members = Resolve(
            reader.MemberReferences.Where(handle => TypeOf(reader, handle) is not null).Select(handle => (EntityHandle)handle),
            token => assembly.ManifestModule.ResolveMember(token, TypeParameters, TypeParameters),
            handle => Describe(reader, (MemberReferenceHandle)handle),
            unresolved);
        var types = Resolve(
            reader.TypeReferences.Select(handle => (EntityHandle)handle),
            token => assembly.ManifestModule.ResolveType(token),
            handle => Describe(reader, (TypeReferenceHandle)handle),
            unresolved);
        return new EngineReferences(members, types, unresolved);
    }

    private static List<TInfo> Resolve<TInfo>(
        IEnumerable<EntityHandle> handles,
        Func<int, TInfo?> resolve,
        Func<EntityHandle, string> describe,
        List<string> unresolved)
        where TInfo : MemberInfo
    {
        var resolved = new List<TInfo>();
        foreach (var handle in handles)
        {
            var token = MetadataTokens.GetToken(handle);
            try
            {
                resolved.Add(resolve(token) ?? throw new MissingMemberException("The runtime gives no member."));
            }
            catch (Exception exception) when (exception is MissingMemberException or TypeLoadException or FileNotFoundException or ArgumentException)
            {
                unresolved.Add($"{describe(handle)}: {exception.Message}");
            }
        }

        return resolved;
    }

    /// <summary>The type of another assembly that a member belongs to; <see langword="null"/> for the assembly's own types.</summary>
    private static TypeReferenceHandle? TypeOf(MetadataReader reader, MemberReferenceHandle member)
    {
        var parent = reader.GetMemberReference(member).Parent;
        if (parent.Kind == HandleKind.TypeSpecification)
        {
            var signature = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)parent).Signature);
            if (signature.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance)
            {
                return null;
            }

            // ECMA-335 II.23.2.14: CLASS or VALUETYPE, then the generic type.
            signature.ReadCompressedInteger();
            parent = signature.ReadTypeHandle();
        }

        return parent.Kind == HandleKind.TypeReference ? (TypeReferenceHandle)parent : null;
    }

    private static string Describe(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    private static string Describe(MetadataReader reader, MemberReferenceHandle handle) =>
        $"{Describe(reader, TypeOf(reader, handle)!.Value)}::{reader.GetString(reader.GetMemberReference(handle).Name)}";
}
