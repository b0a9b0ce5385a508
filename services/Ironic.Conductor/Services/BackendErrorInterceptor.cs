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
        catch (Exception e) when (e is LockUnavailableException || database.IsUnavailable(e))
        {
            LogUnavailable(e);
            throw new IronicException(ErrorReason.BackendUnavailable, "The database or the lock service cannot be reached at the moment. Please try again later.", e);
        }
    }

    [LoggerMessage(EventId = 1801, EventName = "BackendUnavailable", Level = LogLevel.Error, Message = "A backend cannot be reached")]
    private partial void LogUnavailable(Exception exception);
}
