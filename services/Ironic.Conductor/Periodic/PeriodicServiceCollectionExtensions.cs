using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Periodic;

internal static class PeriodicServiceCollectionExtensions
{
    /// <inheritdoc cref="AddPeriodicWork{TService, TOptions}(IServiceCollection, string, Func{TOptions, TimeSpan}, Func{TService, CancellationToken, Task{int}}, FirstRun)"/>
    /// <param name="run">Looks once, and changes nothing.</param>
    public static void AddPeriodicWork<TService, TOptions>(
        this IServiceCollection services, string name, Func<TOptions, TimeSpan> interval, Func<TService, CancellationToken, Task> run)
        where TService : notnull
        where TOptions : class =>
        services.AddPeriodicWork<TService, TOptions>(name, interval, async (service, stopping) =>
        {
            await run(service, stopping);
            return 0;
        });

    /// <summary>Has a service do something again and again, for as long as the host runs.</summary>
    /// <param name="name">For logs and metrics: lower case, with hyphens.</param>
    /// <param name="interval">Between two turns, as the options say; zero: never.</param>
    /// <param name="run">Does it once, and returns how many things it changed.</param>
    public static void AddPeriodicWork<TService, TOptions>(
        this IServiceCollection services,
        string name,
        Func<TOptions, TimeSpan> interval,
        Func<TService, CancellationToken, Task<int>> run,
        FirstRun first = FirstRun.Spread)
        where TService : notnull
        where TOptions : class
    {
        // Not AddHostedService, which takes one of each type.
        services.AddSingleton<IHostedService>(provider =>
        {
            var service = provider.GetRequiredService<TService>();
            return new PeriodicWork(
                name,
                interval(provider.GetRequiredService<IOptions<TOptions>>().Value),
                first,
                cancellationToken => run(service, cancellationToken),
                provider.GetRequiredService<ConductorIdentity>(),
                provider.GetRequiredService<Clock>(),
                provider.GetRequiredService<ConductorMetrics>(),
                provider.GetRequiredService<ILogger<PeriodicWork>>(),
                provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        });
    }
}
