using Google.Protobuf;
using Grpc.Core;

namespace Ironic.Conductor.Cluster.Forwarding;

/// <summary>How a unary method is called at another conductor, by the name under which it was called here.</summary>
internal static class ForwardedMethod<TRequest, TResponse>
    where TRequest : class
    where TResponse : class
{
    private static readonly Marshaller<TRequest> Requests = Marshal<TRequest>();
    private static readonly Marshaller<TResponse> Responses = Marshal<TResponse>();

    /// <param name="name"><c>/package.Service/Method</c></param>
    public static Method<TRequest, TResponse> Of(string name)
    {
        var at = name.LastIndexOf('/');
        return new Method<TRequest, TResponse>(MethodType.Unary, name[1..at], name[(at + 1)..], Requests, Responses);
    }

    private static Marshaller<T> Marshal<T>()
        where T : class
    {
        var parser = ((IMessage)Activator.CreateInstance<T>()).Descriptor.Parser;
        return Marshallers.Create(message => ((IMessage)message).ToByteArray(), bytes => (T)parser.ParseFrom(bytes));
    }
}
