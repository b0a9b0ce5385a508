using Ironic.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Locks;

/// <summary>Registers the locks.</summary>
public static class LockServiceCollectionExtensions
{
    /// <summary>Adds <see cref="ILockManager"/>: in Redis where section <c>Locks</c> says where that is, else in this process.</summary>
    public static IServiceCollection AddLocks(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddIronicOptions<LockOptions>(LockOptions.Section);
        services.AddSingleton<IValidateOptions<LockOptions>, LockOptionsValidator>();
        services.AddSingleton<ILockManager>(provider => provider.GetRequiredService<IOptions<LockOptions>>().Value.RedisConfiguration is null
            ? ActivatorUtilities.CreateInstance<InProcessLockManager>(provider)
            : ActivatorUtilities.CreateInstance<RedisLockManager>(provider));
        return services;
    }
}
