using System.Reflection;
using Ironic.Driver.Sdk.Catalog;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Ironic.Driver.Sdk;

/// <summary>Says what a driver process offers: its name, hardware types and interface implementations.</summary>
public sealed class IronicDriverBuilder
{
    internal IronicDriverBuilder(IServiceCollection services, IConfiguration configuration)
    {
        Services = services;
        Configuration = configuration;
        var assembly = Assembly.GetEntryAssembly();
        Version = assembly?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? assembly?.GetName().Version?.ToString() ?? "";
    }

    /// <summary>Unique among the drivers of a system: <c>example</c>.</summary>
    public string Name
    {
        get => Declaration.Name;
        set => Declaration.Name = value;
    }

    /// <summary>The driver's own version, for people; at first that of the program.</summary>
    public string Version
    {
        get => Declaration.Version;
        set => Declaration.Version = value;
    }

    /// <summary>Who made it, for people.</summary>
    public string Vendor
    {
        get => Declaration.Vendor;
        set => Declaration.Vendor = value;
    }

    /// <summary>Services that interfaces take in their constructors.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The process's configuration.</summary>
    public IConfiguration Configuration { get; }

    internal DriverDeclaration Declaration { get; } = new();

    /// <summary>Adds a hardware type: what operators name as a node's <c>driver</c>.</summary>
    public IronicDriverBuilder AddHardwareType<T>()
        where T : HardwareType
    {
        Declaration.HardwareTypes.Add(services => ActivatorUtilities.CreateInstance<T>(services));
        return this;
    }

    /// <summary>Adds an implementation of an interface under the name by which hardware types and operators refer to it.</summary>
    /// <typeparam name="T">Made once; its constructor's parameters come from <see cref="Services"/>.</typeparam>
    /// <param name="name">Letters, digits, '_', '-' and '.': <c>example</c>.</param>
    public IronicDriverBuilder AddInterface<T>(string name)
        where T : DriverInterface =>
        AddInterface(name, services => ActivatorUtilities.CreateInstance<T>(services));

    /// <summary>Adds an implementation of an interface that <paramref name="create"/> makes.</summary>
    public IronicDriverBuilder AddInterface<T>(string name, Func<IServiceProvider, T> create)
        where T : DriverInterface
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(create);
        Declaration.Interfaces.Add((name, create));
        return this;
    }
}
