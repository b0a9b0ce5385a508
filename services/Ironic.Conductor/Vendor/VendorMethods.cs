using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Vendor;

/// <summary>Finds vendor methods by name and verb.</summary>
internal static class VendorMethods
{
    /// <summary>The node's vendor interface, null for one of the conductor's own, and its methods; <c>no-vendor</c> has none.</summary>
    /// <exception cref="IronicException">UNSUPPORTED_DRIVER_EXTENSION, INTERFACE_NOT_FOUND; DRIVER_UNAVAILABLE: the process that served it is gone.</exception>
    public static (ServedInterface? Served, IReadOnlyList<VendorMethod> Methods) OfNode(NodeTask task)
    {
        var name = task.Node.VendorInterface ?? throw new IronicException(ErrorReason.UnsupportedDriverExtension, $"Node {task.Node.Uuid} has no vendor interface.");
        if (task.FindServed(InterfaceType.Vendor) is { } served)
            return (served, served.Description.NodeMethods);
        return BuiltInInterfaces.Has(InterfaceType.Vendor, name) ? (null, []) : throw NotServed(task.Hardware.Driver, name);
    }

    /// <summary>The hardware type's default vendor interface and its methods that need no node.</summary>
    public static (string Interface, IReadOnlyList<VendorMethod> Methods) OfHardwareType(HardwareTypeInfo hardware)
    {
        var name = hardware.Default(InterfaceType.Vendor)
            ?? throw new IronicException(ErrorReason.NoValidDefaultForInterface, $"Hardware type {hardware.Name} has no default for its vendor interface.");
        return (name, Serve(hardware.Driver, name)?.DriverMethods ?? (IReadOnlyList<VendorMethod>)[]);
    }

    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE: no such method, or not by this verb. MISSING_PARAMETER_VALUE: no method is named.</exception>
    public static VendorMethod Find(IReadOnlyList<VendorMethod> methods, string name, string verb)
    {
        if (name.Length == 0)
            throw new IronicException(ErrorReason.MissingParameterValue, "Method not specified");
        var method = methods.FirstOrDefault(m => m.Name == name) ?? throw new IronicException(ErrorReason.InvalidParameterValue, $"No handler for method {name}");
        return method.HttpMethods.Contains(verb)
            ? method
            : throw new IronicException(ErrorReason.InvalidParameterValue, $"The method {name} does not support HTTP {verb}");
    }

    private static InterfaceImplementation? Serve(RegisteredDriver driver, string name) =>
        driver.Find(InterfaceType.Vendor, name) is { } implementation ? implementation
        : BuiltInInterfaces.Has(InterfaceType.Vendor, name) ? null
        : throw NotServed(driver, name);

    // A driver's new release may have left out an interface that nodes still have.
    private static IronicException NotServed(RegisteredDriver driver, string name) =>
        new(ErrorReason.InterfaceNotFound, $"The driver {driver.Name} does not serve the vendor interface '{name}'.");
}
