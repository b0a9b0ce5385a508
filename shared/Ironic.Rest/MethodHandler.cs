using Grpc.Core;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Requests;
using Ironic.Rest.Responses;
using Ironic.Rest.Routing;
using Ironic.Rest.Streams;
using Ironic.Rest.Upstream;
using Ironic.Rest.Versions;
using Ironic.Rest.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Ironic.Rest;

/// <summary>Answers requests whose route is known, by calling the conductor.</summary>
internal sealed partial class MethodHandler(
    ConductorPool conductors, GrpcErrors errors, SizeGuard guard, BaseUrl baseUrls, TimeSpan keepAliveInterval, ILogger logger)
{
    private const string RequestIdMetadata = "x-openstack-request-id";
    private const string VersionMetadata = "ironic-api-version";

    /// <exception cref="RestException">The request is refused, or failed.</exception>
    public async Task AnswerAsync(HttpContext context, ResolvedRequest resolved, int version, string requestId)
    {
        NameRoute(context, resolved.Route);
        using var body = await ReadBodyAsync(context, resolved.Route);
        var request = new RequestContext(resolved.Route, resolved.PathValues, version, context.Request.Method, resolved.Query, body);
        var metadata = new Metadata { { RequestIdMetadata, requestId }, { VersionMetadata, Microversion.Text(version) } };
        if (resolved.Route.Method.IsCreation && IdempotencyKey.Read(context.Request) is { } key)
            metadata.Add(IdempotencyKey.Metadata, key);
        if (resolved.Route.Method.IsStream)
        {
            await StreamAsync(context, request, metadata, requestId);
            return;
        }

        PooledBuffer reply;
        try
        {
            reply = await CallAsync(request, metadata, requestId, context.RequestAborted);
        }
        catch (RestException error) when (error.Status == StatusCodes.Status404NotFound && resolved.HasJsonSuffix)
        {
            // Perhaps the suffix was a part of the name.
            request = request.WithLastPathValue(request.PathValues[^1] + RequestTarget.JsonSuffix);
            reply = await CallAsync(request, metadata, requestId, context.RequestAborted);
        }

        using (reply)
        {
            if (resolved.RefusedIfFound is { } refusal)
                throw refusal;
            await AnswerAsync(context, request, reply);
        }
    }

    // What ASP.NET Core's routing would tell metrics and traces.
    private static void NameRoute(HttpContext context, RoutePlan route)
    {
        context.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new KeyValuePair<string, object?>("http.route", route.Template.Text));
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } activity)
        {
            activity.DisplayName = $"{route.Verb} {route.Template.Text}";
            activity.SetTag("http.route", route.Template.Text);
        }
    }

    private async ValueTask<RequestBody> ReadBodyAsync(HttpContext context, RoutePlan route)
    {
        var request = context.Request;
        // A GET has a body only where the route says so; elsewhere it is as if it were not there.
        if (route.Body == BodyKind.None && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method)))
            return RequestBody.None;
        var bytes = await guard.ReadAsync(request, context.RequestAborted);
        return bytes is null ? RequestBody.None : new RequestBody(bytes, MediaType.IsForm(request.ContentType));
    }

    private async Task<PooledBuffer> CallAsync(RequestContext request, Metadata metadata, string requestId, CancellationToken cancellationToken)
    {
        using var message = RequestBinder.Bind(request);
        var method = request.Route.Method;
        try
        {
            return await conductors.CallAsync(method.Grpc, message, metadata, null, cancellationToken);
        }
        catch (RpcException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RpcException exception)
        {
            throw Convert(exception, method, requestId);
        }
    }

    private async Task StreamAsync(HttpContext context, RequestContext request, Metadata metadata, string requestId)
    {
        using var message = RequestBinder.Bind(request);
        var method = request.Route.Method;
        LastEventId.Write(message, context.Request, method.Cursor);
        baseUrls.Of(context, out var baseUrl);
        await using var stream = new EventStream(context, request, baseUrl, keepAliveInterval);
        try
        {
            await conductors.StreamAsync(method.Grpc, message, metadata, null, stream.SendAsync, context.RequestAborted);
        }
        catch (RpcException) when (context.RequestAborted.IsCancellationRequested)
        {
            throw new OperationCanceledException(context.RequestAborted);
        }
        catch (RpcException exception)
        {
            var error = Convert(exception, method, requestId);
            // Once there were events, this is the last one.
            if (!context.Response.HasStarted)
                throw error;
            await stream.SendErrorAsync(error);
        }
    }

    private RestException Convert(RpcException exception, MethodPlan method, string requestId)
    {
        var error = errors.Convert(exception, requestId);
        if (error.Status >= 500)
            LogFailedCall(exception, requestId, method.Name, exception.StatusCode);
        return error;
    }

    private async Task AnswerAsync(HttpContext context, RequestContext request, PooledBuffer reply)
    {
        if (request.UnknownFields.Length > 0)
            throw ViewParameters.UnknownFields(request.UnknownFields);
        var (route, method) = (request.Route, request.Route.Method);
        var baseText = baseUrls.Of(context, out var baseUrl);
        if (route.Location is { } location)
            context.Response.Headers.Location = baseText + location.Fill(MessageOf(route, reply), request.PathValues);
        if (method.Accepted is { } accepted && WireFields.IsTrue(reply.Span, accepted))
        {
            ResponseSender.SendEmpty(context, StatusCodes.Status202Accepted);
        }
        else if (method.Raw is { } raw && WireFields.Find(reply.Span, raw).Count > 0)
        {
            await ResponseSender.SendBytesAsync(context, method.SuccessStatus, reply, raw);
        }
        else if (method.Response.Fields.Length == 0)
        {
            ResponseSender.SendEmpty(context, method.SuccessStatus);
        }
        else
        {
            // JSON spells out what is missing, so it is about twice as large as the message.
            using var output = new PooledBuffer(Math.Max(1024, reply.Length * 2));
            ResponseBodyWriter.Write(output, request, reply.Span, baseUrl);
            await ResponseSender.SendJsonAsync(context, method.SuccessStatus, output);
        }
    }

    private static ReadOnlySpan<byte> MessageOf(RoutePlan route, PooledBuffer reply) =>
        route.ResponseBody is { Message: not null } field ? WireFields.FindBytes(reply.Span, field) : reply.Span;

    [LoggerMessage(EventId = 401, EventName = "ConductorCallFailed", Level = LogLevel.Warning, Message = "request {RequestId}: {Method} ended with {StatusCode}")]
    private partial void LogFailedCall(Exception exception, string requestId, string method, StatusCode statusCode);
}
