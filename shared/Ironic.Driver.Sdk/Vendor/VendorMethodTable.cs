using System.Collections.Frozen;
using System.Reflection;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>The vendor methods of one interface: routes of nodes and routes of the driver.</summary>
internal sealed class VendorMethodTable
{
    private VendorMethodTable(FrozenDictionary<string, VendorMethod> nodeMethods, FrozenDictionary<string, VendorMethod> driverMethods)
    {
        NodeMethods = nodeMethods;
        DriverMethods = driverMethods;
    }

    public FrozenDictionary<string, VendorMethod> NodeMethods { get; }

    public FrozenDictionary<string, VendorMethod> DriverMethods { get; }

    /// <summary>Finds and compiles the methods of <paramref name="target"/>.</summary>
    /// <exception cref="DriverDeclarationException">A method is not declared as it must be.</exception>
    public static VendorMethodTable Create(VendorInterface target)
    {
        var nodeMethods = new Dictionary<string, VendorMethod>();
        var driverMethods = new Dictionary<string, VendorMethod>();
        var declaredBy = new Dictionary<(bool, string), MethodInfo>();
        foreach (var method in DeclaredMethods.Find(target.GetType()))
        {
            var attributes = method.GetCustomAttributes<VendorMethodAttribute>(inherit: true).ToList();
            if (attributes.Count == 0)
                continue;
            if (attributes.Count > 1)
                throw new DriverDeclarationException(method, "it has both [Passthru] and [DriverPassthru]; declare two methods");

            var isNodeMethod = attributes[0] is PassthruAttribute;
            var compiled = VendorMethodCompiler.Compile(target, method, attributes[0]);
            var name = compiled.Description.Name;
            if (declaredBy.TryGetValue((isNodeMethod, name), out var other))
                throw new DriverDeclarationException(method, $"its public name '{name}' is that of {other.DeclaringType!.Name}.{other.Name} as well");
            declaredBy.Add((isNodeMethod, name), method);
            (isNodeMethod ? nodeMethods : driverMethods).Add(name, compiled);
        }

        return new VendorMethodTable(nodeMethods.ToFrozenDictionary(), driverMethods.ToFrozenDictionary());
    }

    /// <exception cref="InvalidParameterException">There is no such method.</exception>
    public static VendorMethod Find(FrozenDictionary<string, VendorMethod> methods, string name) =>
        methods.TryGetValue(name, out var method) ? method : throw new InvalidParameterException($"No handler for method {name}");
}
