using System.Diagnostics.CodeAnalysis;
using Ironic.Rest.Documents;
using Ironic.Rest.Errors;
using Ironic.Rest.Plans;
using Ironic.Rest.Quirks;
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

/// <summary>
/// Serves OpenStack's REST dialect for a gRPC contract: finds the route of a request, turns the request into a message, calls the
/// conductor and turns the answer into JSON, all by plans that were compiled from the descriptors.
/// </summary>
public sealed partial class RestTranscoder
{
    private readonly ILogger<RestTranscoder> _logger;
    private readonly RequestResolver _resolver;
    private readonly DiscoveryDocuments _documents;
    private readonly ResponseHeaders _headers;
    private readonly SizeGuard _guard;
    private readonly BaseUrl _baseUrl;
    private readonly MethodHandler _methods;

    /// <summary>Compiles the routes.</summary>
    /// <param name="contract">The services.</param>
    /// <param name="conductors">Who implements them.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="logger">Where defects are logged.</param>
    /// <exception cref="ContractException">Two routes contradict each other.</exception>
    public RestTranscoder(ApiContract contract, ConductorPool conductors, RestOptions options, ILogger<RestTranscoder> logger)
    {
        ArgumentNullException.ThrowIfNull(contract);
        ArgumentNullException.ThrowIfNull(options);
        _logger = logger;
        _resolver = new RequestResolver(new Router(contract.Routes), QuirkList.All);
        _documents = new DiscoveryDocuments(options, contract.RootLinks);
        _headers = new ResponseHeaders(new VersionNegotiator(options.MaximumVersion));
        _guard = new SizeGuard(options.MaximumBodyBytes, options.MaximumBodyDepth);
        _baseUrl = new BaseUrl(options.PublicEndpoint);
        _methods = new MethodHandler(conductors, new GrpcErrors(contract.Errors), _guard, _baseUrl, options.KeepAliveInterval, logger);
    }

    /// <summary>Answers a request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="requestId">Its id, <c>req-UUID</c>, which the conductor and the caller are told.</param>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The last resort: a defect is logged and answered, the connection stays.")]
    public async Task InvokeAsync(HttpContext context, string requestId)
    {
        ArgumentNullException.ThrowIfNull(context);
        try
        {
            await AnswerAsync(context, requestId);
        }
        catch (RestException error)
        {
            await AnswerErrorAsync(context, error);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is left to be answered.
        }
        catch (BadHttpRequestException exception)
        {
            // The server refuses a body while it is read: a broken chunk, or one that comes too slowly.
            await AnswerErrorAsync(context, new RestException(exception.StatusCode, "The request body could not be read."));
        }
        catch (Exception exception)
        {
            LogDefect(exception, requestId, context.Request.Method);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await AnswerErrorAsync(context, GrpcErrors.Internal(requestId));
        }
    }

    private async Task AnswerAsync(HttpContext context, string requestId)
    {
        if (HttpMethods.IsOptions(context.Request.Method))
        {
            context.Response.ContentLength = 0;
            return;
        }

        _guard.CheckAnnounced(context.Request);
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget) ?? throw RestException.Router(400);
        if (target.IsRoot || target.IsVersionDocument)
        {
            await AnswerDocumentAsync(context, target, requestId);
            return;
        }

        var version = _headers.Negotiate(context);
        if (version.HasJsonSuffix)
            target.StripJsonSuffix();
        if (target.IsVersionDocument)
        {
            await AnswerDocumentAsync(context, target, requestId);
            return;
        }

        var resolved = _resolver.Resolve(context.Request.Method, target, version.Minor, out var unrouted);
        if (unrouted is { Shape: ErrorShape.Router })
            throw unrouted;
        var isStream = resolved?.Route.Method.IsStream == true;
        if (!(isStream ? AcceptHeader.AcceptsEvents(context.Request.Headers.Accept) : AcceptHeader.AcceptsJson(context.Request.Headers.Accept)))
            throw RestException.Router(406, $"Only {(isStream ? EventStream.MediaType : "application/json")} can be given.");
        _headers.Set(context, version, requestId);
        if (unrouted is not null)
            throw unrouted;
        await _methods.AnswerAsync(context, resolved!.Value, version.Minor, requestId);
    }

    private async Task AnswerDocumentAsync(HttpContext context, RequestTarget target, string requestId)
    {
        // Here it is a method that reads the version, and so it is a method's error when it is refused.
        ResponseHeaders.SetRequestId(context, requestId);
        NegotiatedVersion version;
        try
        {
            version = _headers.Negotiate(context);
        }
        catch (RestException error)
        {
            throw new RestException(error.Status, error.Message) { HasVersionRange = error.HasVersionRange };
        }

        if (!AcceptHeader.AcceptsJson(context.Request.Headers.Accept))
        {
            ResponseHeaders.Clear(context);
            throw RestException.Router(406, "Only application/json can be given.");
        }

        // The versions are told at the root's own path only.
        if (!target.IsRootInSlashes)
            _headers.Set(context, version, requestId);
        if (target.IsVersionDocument && !HttpMethods.IsGet(context.Request.Method))
            throw new RestException(405, "Method not allowed.");
        if (QueryReader.Parts(target.Query).Select(part => part.Name).ToArray() is { Length: > 0 } unexpected)
            throw RestException.Unexpected(unexpected.Select(Literals.Cut));
        using var output = new PooledBuffer(2048);
        _baseUrl.Of(context, out var baseUrl);
        if (target.IsRoot)
            _documents.WriteRoot(output, baseUrl);
        else
            _documents.WriteVersion(output, version.Minor, baseUrl);
        await ResponseSender.SendJsonAsync(context, 200, output);
    }

    private async Task AnswerErrorAsync(HttpContext context, RestException error)
    {
        context.Response.Headers.Remove("Location");
        if (error.Shape == ErrorShape.Router)
            ResponseHeaders.Clear(context);
        if (error.HasVersionRange)
            _headers.SetRange(context);
        using var output = new PooledBuffer();
        ErrorBody.Write(output, error, error.Shape == ErrorShape.Router ? AcceptHeader.FormatOf(context.Request.Headers.Accept) : ErrorFormat.Json);
        await ResponseSender.SendJsonAsync(context, error.Status, output);
    }

    [LoggerMessage(EventId = 400, EventName = "RestDefect", Level = LogLevel.Error, Message = "request {RequestId} ({Verb}) failed unexpectedly")]
    private partial void LogDefect(Exception exception, string requestId, string verb);
}
