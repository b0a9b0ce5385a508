using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Ironic.Hosting.Tests;

/// <summary>A process of the system inside the test: a gRPC server on a port that the system chose, and a channel to it.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private const string AnyPort = "http://127.0.0.1:0";

    /// <summary>The longest that anything here may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private TestHost(WebApplication app, CapturedLogs logs, string url)
    {
        App = app;
        Logs = logs;
        Url = url;
        Channel = GrpcChannels.Create(url);
        Invoker = Channel.WithRequestContext();
    }

    public WebApplication App { get; }

    public CapturedLogs Logs { get; }

    public string Url { get; }

    public GrpcChannel Channel { get; }

    public CallInvoker Invoker { get; }

    public TestBehaviour Behaviour => App.Services.GetRequiredService<TestBehaviour>();

    public static async Task<TestHost> StartAsync(string listen = AnyPort, Action<WebApplicationBuilder>? configure = null, params string[] args)
    {
        var logs = new CapturedLogs();
        var builder = IronicHost.CreateBuilder("ironic-test", args);
        builder.Logging.AddProvider(logs);
        builder.Services.AddSingleton<TestBehaviour>();
        builder.AddIronicGrpc();
        builder.ListenHttp2(_ => listen);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.MapIronicHealth();
        app.MapGrpcService<TestService>();
        await app.StartAsync();
        return new TestHost(app, logs, app.Services.GetRequiredService<ListeningAddresses>().GetUrl(listen));
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.DisposeAsync();
    }
}
