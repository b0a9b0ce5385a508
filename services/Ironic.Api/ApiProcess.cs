using Ironic.Api.Forwarding;
using Ironic.Api.Reflection;
using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Ironic.Protos;
using Ironic.Rest;
using Ironic.Rest.OpenApi;
using Ironic.Rest.Upstream;
using Microsoft.Extensions.Options;

namespace Ironic.Api;

/// <summary>What the API process is made of.</summary>
public static class ApiProcess
{
    /// <summary>The process' name in logs, traces and metrics.</summary>
    public const string ServiceName = "ironic-api";

    /// <summary>Adds the services and endpoints.</summary>
    /// <param name="builder">A builder that has <c>AddIronicHosting</c>.</param>
    public static void Configure(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddIronicOptions<ApiOptions>("Api");
        services.AddSingleton<IValidateOptions<ApiOptions>, ApiOptionsValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<ApiOptions>>().Value);
        services.AddSingleton(ApiContract.Load(typeof(StatusDetails).Assembly));
        services.AddSingleton<ConductorChannels>();
        services.AddSingleton(provider => new ConductorPool(
            provider.GetRequiredService<ConductorChannels>().Channels,
            new ConductorPoolOptions
            {
                CallTimeout = provider.GetRequiredService<ApiOptions>().ConductorTimeout,
                Stopping = provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping,
            },
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new RestTranscoder(
            provider.GetRequiredService<ApiContract>(),
            provider.GetRequiredService<ConductorPool>(),
            provider.GetRequiredService<ApiOptions>().ToRestOptions(),
            provider.GetRequiredService<ILogger<RestTranscoder>>()));
        services.AddSingleton(provider => new OpenApiDocuments(
            provider.GetRequiredService<ApiContract>(), typeof(StatusDetails).Assembly, provider.GetRequiredService<ApiOptions>().ToRestOptions()));
        services.AddSingleton(provider => new OpenApiEndpoint(
            provider.GetRequiredService<OpenApiDocuments>(), provider.GetRequiredService<ApiOptions>().ToRestOptions()));
        services.AddSingleton<DocumentationEndpoint>();
        services.AddSingleton<RestEndpoint>();
        services.AddSingleton<ServiceForwarder>();
        services.AddSingleton(CreateDescriptorIndex);
        services.AddSingleton<ReflectionService>();
        builder.ListenHttp1(provider => provider.GetRequiredService<ApiOptions>().RestUrl);
        builder.ListenHttp2(provider => provider.GetRequiredService<ApiOptions>().GrpcUrl);
        builder.AddIronicGrpc();
    }

    /// <summary>Maps REST and gRPC.</summary>
    public static void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var rest = app.Services.GetRequiredService<RestEndpoint>();
        // Before routing, which REST does itself.
        app.MapWhen(IsRest, branch => branch.Run(rest.InvokeAsync));
        app.UseRouting();
        foreach (var definition in app.Services.GetRequiredService<ServiceForwarder>().Definitions)
            app.MapGrpcService(definition);
        app.MapGrpcService<ReflectionService>();
        app.MapGrpcService(app.Services.GetRequiredService<ReflectionService>().DefineAlpha());
        app.MapIronicHealth();
    }

    // gRPC is HTTP/2 with a media type of its own; everything else is REST, whatever it claims to be.
    private static bool IsRest(HttpContext context) =>
        !HttpProtocol.IsHttp2(context.Request.Protocol) ||
        context.Request.ContentType is not { } type || !type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static DescriptorIndex CreateDescriptorIndex(IServiceProvider provider)
    {
        var contract = provider.GetRequiredService<ApiContract>();
        return new DescriptorIndex(
            ApiContract.FilesOf(typeof(StatusDetails).Assembly),
            contract.Services.Select(service => service.FullName)
                .Append(Grpc.Reflection.V1.ServerReflection.Descriptor.FullName)
                .Append(Grpc.Health.V1.Health.Descriptor.FullName));
    }
}
