namespace Grpc.Core;

/// <summary>Serves a method of one request and one response.</summary>
/// <exception cref="RpcException">Thrown by the method to set the status that the caller receives.</exception>
public delegate Task<TResponse> UnaryServerMethod<TRequest, TResponse>(TRequest request, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Serves a method whose requests are streamed.</summary>
/// <exception cref="RpcException">Thrown by the method to set the status that the caller receives.</exception>
public delegate Task<TResponse> ClientStreamingServerMethod<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requestStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Serves a method whose responses are streamed; the stream ends with the task.</summary>
/// <exception cref="RpcException">Thrown by the method to set the status that the caller receives.</exception>
public delegate Task ServerStreamingServerMethod<TRequest, TResponse>(
    TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;

/// <summary>Serves a method that streams both ways; the responses end with the task.</summary>
/// <exception cref="RpcException">Thrown by the method to set the status that the caller receives.</exception>
public delegate Task DuplexStreamingServerMethod<TRequest, TResponse>(
    IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context)
    where TRequest : class
    where TResponse : class;
