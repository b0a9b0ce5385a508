using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace Ironic.Conductor.Services;

/// <summary>Answers with the fields that a request's read mask names and no others, whatever the method.</summary>
internal sealed class ReadMaskInterceptor : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
        Method<TRequest, TResponse>.Mask?.Read((IMessage)request) is { } mask ? AnswerAsync(request, context, continuation, mask) : continuation(request, context);

    private static async Task<TResponse> AnswerAsync<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation, ReadMask mask)
        where TRequest : class
        where TResponse : class
    {
        var response = await continuation(request, context);
        mask.Apply((IMessage)response);
        return response;
    }

    private static class Method<TRequest, TResponse>
        where TRequest : class
        where TResponse : class
    {
        /// <summary>Null when the method takes no mask.</summary>
        public static readonly MaskedMethod? Mask =
            Activator.CreateInstance<TRequest>() is IMessage request && Activator.CreateInstance<TResponse>() is IMessage response
                ? MaskedMethod.Create(request.Descriptor, response.Descriptor)
                : null;
    }
}
