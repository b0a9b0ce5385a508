using Grpc.AspNetCore.Server;
using Ironic.Hosting.Channels;
using Ironic.Hosting.Endpoints;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Health;
using Ironic.Hosting.Logging;
using Ironic.Hosting.Management;
using Ironic.Hosting.Requests;
using Ironic.Hosting.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting;

/// <summary>What every process of the system has in common.</summary>
public static class IronicHostingExtensions
{
    /// <summary>
    /// Adds logs, traces, metrics, health, request contexts, TLS, server limits, a graceful stop and <see cref="TimeProvider.System"/>.
    /// Endpoints are added with <see cref="EndpointExtensions"/>.
    /// </summary>
    /// <param name="builder">The process under construction.</param>
    /// <param name="serviceName">Name of the kind of process in logs, traces and metrics: <c>ironic-conductor</c>.</param>
    public static WebApplicationBuilder AddIronicHosting(this WebApplicationBuilder builder, string serviceName)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(serviceName);
        // ASP.NET Core then names and tags its activities as OpenTelemetry asks for, which otherwise takes a package of its own.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        var services = builder.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddIronicOptions<HostingOptions>("Hosting")
            .Validate(options => options.ShutdownTimeout > TimeSpan.Zero, "Hosting:ShutdownTimeout must be positive");
        services.AddOptions<HostOptions>().Configure<IOptions<HostingOptions>>((host, hosting) => host.ShutdownTimeout = hosting.Value.ShutdownTimeout);

        services.AddSingleton(ServiceIdentity.Create(serviceName));
        builder.AddIronicLogging();

        services.AddIronicOptions<TlsOptions>("Tls");
        services.AddSingleton<IValidateOptions<TlsOptions>, TlsOptionsValidator>();
        services.AddSingleton<ServerCertificate>();
        services.AddSingleton<ClientCertificates>();
        services.AddIronicOptions<ChannelTlsOptions>("Channels");
        services.AddSingleton<IValidateOptions<ChannelTlsOptions>, ChannelTlsOptionsValidator>();
        services.AddSingleton<ChannelTls>();
        services.AddSingleton<ListeningAddresses>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(SetLimits);

        services.AddSingleton<ServiceHealth>();
        services.AddSingleton<RequestContextInterceptor>();
        services.AddSingleton<ErrorInterceptor>();
        services.AddMetrics();
        services.AddIronicOptions<TelemetryOptions>("Telemetry");
        services.AddSingleton<IValidateOptions<TelemetryOptions>, TelemetryOptionsValidator>();
        services.AddIronicOptions<ManagementOptions>("Management");
        services.AddSingleton<IValidateOptions<ManagementOptions>, ManagementOptionsValidator>();
        services.AddSingleton<ManagementServer>();
        // What starts first stops last: exports and management see the whole life of the others.
        services.AddHostedService<TelemetryExporter>();
        services.AddHostedService(provider => provider.GetRequiredService<ManagementServer>());
        services.AddHostedService<HostLifecycle>();
        services.AddHostedService<ParentWatcher>();
        return builder;
    }

    /// <summary>Adds the gRPC server with the interceptors for request contexts (outermost) and errors, and the health service.</summary>
    /// <param name="builder">A builder that has <see cref="AddIronicHosting"/>.</param>
    /// <param name="configure">Further options; interceptors added here run inside of the two.</param>
    public static IGrpcServerBuilder AddIronicGrpc(this WebApplicationBuilder builder, Action<GrpcServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Services.AddGrpc(options =>
        {
            options.MaxReceiveMessageSize = GrpcChannels.MaxMessageSize;
            options.MaxSendMessageSize = GrpcChannels.MaxMessageSize;
            options.Interceptors.Add<RequestContextInterceptor>();
            options.Interceptors.Add<ErrorInterceptor>();
            configure?.Invoke(options);
        });
    }

    /// <summary>Maps the gRPC health service (<c>grpc.health.v1.Health</c>).</summary>
    public static WebApplication MapIronicHealth(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        app.MapGrpcService<GrpcHealthService>();
        return app;
    }

    /// <summary>
    /// Binds a section of the configuration to options that are validated when the process starts: unknown keys and values of the wrong type are
    /// refused, and what the properties' validation attributes say.
    /// </summary>
    /// <typeparam name="TOptions">The options.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="section">The section's name.</param>
    public static OptionsBuilder<TOptions> AddIronicOptions<TOptions>(this IServiceCollection services, string section)
        where TOptions : class
    {
        services.AddSingleton<IValidateOptions<TOptions>>(new AnnotationValidator<TOptions>(section));
        return services.AddOptions<TOptions>().BindConfiguration(section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateOnStart();
    }

    private static void SetLimits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = GrpcChannels.MaxMessageSize;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        // One connection between two processes carries all of their calls.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 1000;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);
    }
}
