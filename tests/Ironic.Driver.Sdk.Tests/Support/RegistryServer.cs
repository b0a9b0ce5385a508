using System.Collections.Concurrent;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>The registry of a conductor, as a real gRPC server: it answers as the test says and writes down who asked for what.</summary>
internal sealed class RegistryServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RegistryServer(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    public string Url { get; }

    public RegistryBehaviour Behaviour => _app.Services.GetRequiredService<RegistryBehaviour>();

    public static async Task<RegistryServer> StartAsync(string name = "conductor")
    {
        var builder = IronicHost.CreateBuilder("ironic-test", []);
        builder.Services.AddSingleton(new RegistryBehaviour(name));
        builder.AddIronicGrpc();
        builder.ListenHttp2(_ => "http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGrpcService<RegistryService>();
        await app.StartAsync();
        return new RegistryServer(app, app.Services.GetRequiredService<ListeningAddresses>().Urls[0]);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

internal sealed class RegistryBehaviour(string name)
{
    private readonly ConcurrentQueue<V1.RegisterDriverRequest> _registrations = new();
    private readonly ConcurrentQueue<V1.RenewDriverLeaseRequest> _renewals = new();
    private readonly ConcurrentQueue<string> _departures = new();

    public IReadOnlyCollection<V1.RegisterDriverRequest> Registrations => _registrations;

    public IReadOnlyCollection<V1.RenewDriverLeaseRequest> Renewals => _renewals;

    public IReadOnlyCollection<string> Departures => _departures;

    /// <summary>What is answered; null for a lease that lasts <see cref="LeaseDuration"/>.</summary>
    public StatusCode? RegisterFails { get; set; }

    public StatusCode? RenewFails { get; set; }

    /// <summary>What a departure waits for before it is answered.</summary>
    public Func<Task> Departing { get; set; } = () => Task.CompletedTask;

    /// <summary>The contract version that it picks.</summary>
    public string ContractVersion { get; set; } = "v1";

    public Duration? LeaseDuration { get; set; } = Duration.FromTimeSpan(TimeSpan.FromSeconds(15));

    public V1.RegisterDriverResponse Register(V1.RegisterDriverRequest request)
    {
        _registrations.Enqueue(request);
        ThrowIf(RegisterFails);
        return new V1.RegisterDriverResponse { LeaseId = $"{name}-{_registrations.Count}", LeaseDuration = LeaseDuration, ContractVersion = ContractVersion, Conductor = name };
    }

    public V1.RenewDriverLeaseResponse Renew(V1.RenewDriverLeaseRequest request)
    {
        _renewals.Enqueue(request);
        ThrowIf(RenewFails);
        return new V1.RenewDriverLeaseResponse { LeaseDuration = LeaseDuration };
    }

    public Task DeregisterAsync(string leaseId)
    {
        _departures.Enqueue(leaseId);
        return Departing();
    }

    private static void ThrowIf(StatusCode? code)
    {
        if (code is { } status)
            throw new RpcException(new Status(status, "as the test says"));
    }
}

internal sealed class RegistryService(RegistryBehaviour behaviour) : V1.DriverRegistryService.DriverRegistryServiceBase
{
    public override Task<V1.RegisterDriverResponse> RegisterDriver(V1.RegisterDriverRequest request, ServerCallContext context) =>
        Task.FromResult(behaviour.Register(request));

    public override Task<V1.RenewDriverLeaseResponse> RenewDriverLease(V1.RenewDriverLeaseRequest request, ServerCallContext context) =>
        Task.FromResult(behaviour.Renew(request));

    public override async Task<V1.DeregisterDriverResponse> DeregisterDriver(V1.DeregisterDriverRequest request, ServerCallContext context)
    {
        await behaviour.DeregisterAsync(request.LeaseId);
        return new V1.DeregisterDriverResponse();
    }
}
