namespace Grpc.Core;

/// <summary>What is known of a remote method without knowing its message types.</summary>
public interface IMethod
{
    /// <summary>Tells which sides stream.</summary>
    MethodType Type { get; }

    /// <summary>Service name with its proto package, as in <c>package.Service</c>.</summary>
    string ServiceName { get; }

    /// <summary>Method name without the service.</summary>
    string Name { get; }

    /// <summary>The HTTP/2 path of the method: <c>/package.Service/Method</c>.</summary>
    string FullName { get; }
}

/// <summary>A remote method: its name, its kind and how its messages become bytes.</summary>
/// <typeparam name="TRequest">Request message type.</typeparam>
/// <typeparam name="TResponse">Response message type.</typeparam>
public class Method<TRequest, TResponse> : IMethod
{
    /// <summary>Describes a method.</summary>
    /// <param name="type">Which sides stream.</param>
    /// <param name="serviceName">Service name with its proto package.</param>
    /// <param name="name">Method name without the service.</param>
    /// <param name="requestMarshaller">Converts request messages.</param>
    /// <param name="responseMarshaller">Converts response messages.</param>
    /// <exception cref="ArgumentNullException">An argument is <see langword="null"/>.</exception>
    public Method(MethodType type, string serviceName, string name, Marshaller<TRequest> requestMarshaller, Marshaller<TResponse> responseMarshaller)
    {
        ArgumentNullException.ThrowIfNull(serviceName);
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(requestMarshaller);
        ArgumentNullException.ThrowIfNull(responseMarshaller);
        Type = type;
        ServiceName = serviceName;
        Name = name;
        RequestMarshaller = requestMarshaller;
        ResponseMarshaller = responseMarshaller;
        FullName = $"/{serviceName}/{name}";
    }

    /// <inheritdoc/>
    public MethodType Type { get; }

    /// <inheritdoc/>
    public string ServiceName { get; }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string FullName { get; }

    /// <summary>Converts request messages.</summary>
    public Marshaller<TRequest> RequestMarshaller { get; }

    /// <summary>Converts response messages.</summary>
    public Marshaller<TResponse> ResponseMarshaller { get; }
}
