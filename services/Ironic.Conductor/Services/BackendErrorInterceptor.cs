using Grpc.Core;
using Grpc.Core.Interceptors;
using Ironic.Api.V1;
using Ironic.Conductor.Locks;
using Ironic.Conductor.Storage;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Services;

/// <summary>Says "try again later" when the database or the lock service does not answer, instead of an internal error.</summary>
internal sealed partial class BackendErrorInterceptor(Database database, ILogger<BackendErrorInterceptor> logger) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    public override async Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            await continuation(request, responseStream, context);
        }
        catch (Exception e) when (IsUnavailable(e))
        {
            throw Unavailable(e);
        }
    }

    private bool IsUnavailable(Exception exception) => exception is LockUnavailableException || database.IsUnavailable(exception);

    private IronicException Unavailable(Exception exception)
    {
        LogUnavailable(exception);
        return new IronicException(ErrorReason.BackendUnavailable, "The database or the lock service cannot be reached at the moment. Please try again later.", exception);
    }

    [LoggerMessage(EventId = 1801, EventName = "BackendUnavailable", Level = LogLevel.Error, Message = "A backend cannot be reached")]
    private partial void LogUnavailable(Exception exception);
}
