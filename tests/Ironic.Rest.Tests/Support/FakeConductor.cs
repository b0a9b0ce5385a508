using System.Collections.Concurrent;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Rest.Tests.Support;

/// <summary>One call that arrived at a <see cref="FakeConductor"/>.</summary>
internal sealed record ReceivedCall(string Method, IMessage Request, Metadata Headers);

/// <summary>
/// Stands for a conductor: a real gRPC server on a loopback port whose methods answer what a test tells them to, and which remembers
/// what it was asked.
/// </summary>
internal sealed class FakeConductor : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Type, Func<IMessage, ServerCallContext, IMessage>> _answers = new();
    private readonly ConcurrentDictionary<Type, Func<IMessage, Func<IMessage, Task>, ServerCallContext, Task>> _streams = new();
    private readonly ConcurrentQueue<ReceivedCall> _calls = new();
    private WebApplication? _app;

    /// <summary>Its address.</summary>
    public string Url { get; private set; } = "";

    /// <summary>Everything it was asked, in order.</summary>
    public IReadOnlyCollection<ReceivedCall> Calls => _calls;

    /// <summary>The newest call.</summary>
    public ReceivedCall LastCall => _calls.Last();

    /// <summary>Starts a conductor.</summary>
    /// <param name="port">Its port; 0 for any.</param>
    public static async Task<FakeConductor> StartAsync(int port = 0)
    {
        var conductor = new FakeConductor();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc(options => options.MaxSendMessageSize = null);
        builder.Services.AddSingleton(conductor);
        conductor._app = builder.Build();
        foreach (var service in ApiContract.Load(typeof(Node).Assembly).Services)
            conductor._app.MapGrpcService(conductor.Define(service));
        await conductor._app.StartAsync();
        conductor.Url = conductor._app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        return conductor;
    }

    /// <summary>Says how a request is answered from now on.</summary>
    public void Answer<TRequest>(Func<TRequest, IMessage> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (request, _) => answer((TRequest)request);

    /// <summary>Says how a request is answered from now on, by a function that sees the call.</summary>
    public void Answer<TRequest>(Func<TRequest, ServerCallContext, IMessage> answer)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (request, context) => answer((TRequest)request, context);

    /// <summary>Says how a request for a stream is answered from now on, by a function that sends the messages.</summary>
    public void Stream<TRequest>(Func<TRequest, Func<IMessage, Task>, ServerCallContext, Task> answer)
        where TRequest : IMessage => _streams[typeof(TRequest)] = (request, send, context) => answer((TRequest)request, send, context);

    /// <summary>Makes every request of a type fail with an error of the contract.</summary>
    public void Fail<TRequest>(ErrorReason reason, string message)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (_, _) => throw ErrorRules.ToRpcException(reason, message);

    /// <summary>Makes every request of a type fail with a bare status.</summary>
    public void Fail<TRequest>(StatusCode code, string detail)
        where TRequest : IMessage => _answers[typeof(TRequest)] = (_, _) => throw new RpcException(new Status(code, detail));

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }
    }

    // Every service of the contract, so that a new one needs nothing here.
    private ServerServiceDefinition Define(Google.Protobuf.Reflection.ServiceDescriptor service)
    {
        var builder = ServerServiceDefinition.CreateBuilder();
        foreach (var descriptor in service.Methods.Where(method => !method.IsClientStreaming))
        {
            var type = descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
            var method = new Method<IMessage, IMessage>(type, service.FullName, descriptor.Name, MarshallerOf(descriptor.InputType), MarshallerOf(descriptor.OutputType));
            if (descriptor.IsServerStreaming)
                builder.AddMethod(method, (request, replies, context) => StreamCallAsync(request, replies, context));
            else
                builder.AddMethod(method, (request, context) => Task.FromResult(AnswerCall(descriptor, request, context)));
        }

        return builder.Build();
    }

    private static Marshaller<IMessage> MarshallerOf(MessageDescriptor type) =>
        Marshallers.Create(message => message.ToByteArray(), bytes => type.Parser.ParseFrom(bytes));

    // As the test said, else with nothing.
    private Task StreamCallAsync(IMessage request, IServerStreamWriter<IMessage> replies, ServerCallContext context)
    {
        _calls.Enqueue(new ReceivedCall(context.Method, request, context.RequestHeaders));
        return _streams.TryGetValue(request.GetType(), out var answer) ? answer(request, replies.WriteAsync, context) : Task.CompletedTask;
    }

    // As the test said, else with an empty message.
    private IMessage AnswerCall(MethodDescriptor method, IMessage request, ServerCallContext context)
    {
        _calls.Enqueue(new ReceivedCall(context.Method, request, context.RequestHeaders));
        return _answers.TryGetValue(request.GetType(), out var answer) ? answer(request, context) : method.OutputType.Parser.ParseFrom(ByteString.Empty);
    }
}
