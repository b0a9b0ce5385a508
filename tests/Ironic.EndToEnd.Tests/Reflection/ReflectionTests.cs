using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Reflection.V1;

namespace Ironic.EndToEnd.Tests.Reflection;

/// <summary>The API tells gRPC tools that have no protos, such as grpcurl, what it serves.</summary>
public sealed class ReflectionTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private const string Stable = "grpc.reflection.v1.ServerReflection";
    private const string Alpha = "grpc.reflection.v1alpha.ServerReflection";

    [Theory]
    [InlineData(Stable)]
    [InlineData(Alpha)]
    public async Task The_public_services_are_listed(string service)
    {
        var answer = await AskAsync(service, new ServerReflectionRequest { ListServices = "" });

        var names = answer.ListServicesResponse.Service.Select(entry => entry.Name).ToList();
        Assert.Superset(
            new HashSet<string>
            {
                Api.V1.NodeService.Descriptor.FullName, Api.V1.DriverService.Descriptor.FullName, Api.V1.ConductorService.Descriptor.FullName,
                "grpc.health.v1.Health", Stable,
            },
            names.ToHashSet());
        Assert.DoesNotContain(names, name => name.StartsWith("ironic.driver.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Stable)]
    [InlineData(Alpha)]
    public async Task A_client_can_build_a_method_from_what_it_is_told(string service)
    {
        var answer = await AskAsync(service, new ServerReflectionRequest { FileContainingSymbol = "ironic.api.v1.NodeService" });

        var file = Build(answer.FileDescriptorResponse.FileDescriptorProto);
        var method = file.Services.Single(found => found.Name == "NodeService").FindMethodByName("CallNodeVendorMethod");
        Assert.Equal("ironic.api.v1.CallNodeVendorMethodRequest", method.InputType.FullName);
        // Who does not know the contract's options has them as unknown fields; both are read in that way, so that options are compared, too.
        Assert.Equal(Reread(Api.V1.CallNodeVendorMethodRequest.Descriptor), Reread(method.InputType));

        static DescriptorProto Reread(MessageDescriptor message) => DescriptorProto.Parser.ParseFrom(message.ToProto().ToByteString());
    }

    [Fact]
    public async Task What_there_is_not_is_not_found()
    {
        var answer = await AskAsync(Stable, new ServerReflectionRequest { FileContainingSymbol = "ironic.api.v1.NoSuchService" });

        Assert.Equal((int)StatusCode.NotFound, answer.ErrorResponse.ErrorCode);
    }

    private async Task<ServerReflectionResponse> AskAsync(string service, ServerReflectionRequest request)
    {
        var method = new Method<ServerReflectionRequest, ServerReflectionResponse>(
            MethodType.DuplexStreaming,
            service,
            "ServerReflectionInfo",
            Marshallers.Create(message => message.ToByteArray(), ServerReflectionRequest.Parser.ParseFrom),
            Marshallers.Create(message => message.ToByteArray(), ServerReflectionResponse.Parser.ParseFrom));
        using var call = shared.Stack.Channel.CreateCallInvoker().AsyncDuplexStreamingCall(method, null, new CallOptions(deadline: DateTime.UtcNow + TestStack.Limit));
        await call.RequestStream.WriteAsync(request);
        Assert.True(await call.ResponseStream.MoveNext(CancellationToken.None));
        var answer = call.ResponseStream.Current;
        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext(CancellationToken.None));
        return answer;
    }

    /// <summary>The first of some files, which are given with all that they import.</summary>
    private static FileDescriptor Build(Google.Protobuf.Collections.RepeatedField<ByteString> files)
    {
        var protos = files.ToDictionary(file => FileDescriptorProto.Parser.ParseFrom(file).Name);
        var ordered = new List<string>();
        Visit(FileDescriptorProto.Parser.ParseFrom(files[0]).Name);
        return FileDescriptor.BuildFromByteStrings(ordered.Select(name => protos[name]))[^1];

        void Visit(string name)
        {
            if (ordered.Contains(name))
                return;
            foreach (var dependency in FileDescriptorProto.Parser.ParseFrom(protos[name]).Dependency)
                Visit(dependency);
            ordered.Add(name);
        }
    }
}
