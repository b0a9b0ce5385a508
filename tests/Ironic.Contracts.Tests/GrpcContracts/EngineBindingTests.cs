using System.Reflection;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Grpc.Net.Client;
using Grpc.Net.Compression;

namespace Ironic.Contracts.Tests.GrpcContracts;

/// <summary>The engines find in our two assemblies everything that they were compiled against.</summary>
public sealed class EngineBindingTests
{
    private static readonly Assembly[] Contracts = [typeof(Metadata).Assembly, typeof(ICompressionProvider).Assembly];

    public static TheoryData<string> Engines => new(typeof(GrpcServiceOptions).Assembly.FullName!, typeof(GrpcChannel).Assembly.FullName!);

    [Theory]
    [MemberData(nameof(Engines))]
    public void All_types_of_an_engine_load(string engine)
    {
        // Loading a type checks its base type, its interfaces and that every abstract member is overridden with a matching signature.
        var types = Assembly.Load(engine).GetTypes();

        Assert.Contains(types, type => Contracts.Contains(type.BaseType?.Assembly));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void All_references_of_an_engine_resolve(string engine)
    {
        var references = EngineReferences.Read(Assembly.Load(engine));

        Assert.Empty(references.Unresolved);
        Assert.Contains(references.Members, member => member.DeclaringType == typeof(Metadata));
        Assert.Contains(references.Members, member => member.DeclaringType == typeof(ICompressionProvider));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void All_that_an_engine_refers_to_is_accessible(string engine)
    {
        var references = EngineReferences.Read(Assembly.Load(engine));

        // The engines' own references include no internal member, so accessible means public or, for what they override, protected.
        var members = references.Members.Where(member => Contracts.Contains(member.DeclaringType?.Assembly));
        Assert.All(members, member => Assert.True(IsAccessible(member), $"{member.DeclaringType}::{member} is not accessible."));
        var types = references.Types.Where(type => Contracts.Contains(type.Assembly));
        Assert.All(types, type => Assert.True(type.IsVisible, $"{type} is not public."));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void The_assemblies_have_the_identity_that_an_engine_asks_for(string engine)
    {
        var asked = Assembly.Load(engine).GetReferencedAssemblies().ToDictionary(name => name.Name!);

        Assert.All(Contracts, contract => Assert.Equal(asked[contract.GetName().Name!].FullName, contract.FullName));
    }

    private static bool IsAccessible(MemberInfo member) => member switch
    {
        MethodBase method => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly,
        FieldInfo field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly,
        _ => throw new ArgumentException($"{member} is neither a method nor a field.", nameof(member)),
    };
}
