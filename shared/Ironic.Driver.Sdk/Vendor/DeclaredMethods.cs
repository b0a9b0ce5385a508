using System.Reflection;
using System.Runtime.CompilerServices;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>The methods of an author's class that an attribute makes callable.</summary>
internal static class DeclaredMethods
{
    /// <summary>All methods, the private ones of base classes, too.</summary>
    public static IEnumerable<MethodInfo> Find(Type type)
    {
        const BindingFlags anyMethod = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static;
        foreach (var method in type.GetMethods(anyMethod | BindingFlags.FlattenHierarchy))
            yield return method;
        // A derived type does not show its bases' private methods. One with the attribute is a mistake to be told, not a method to be forgotten.
        for (var parent = type.BaseType; parent is not null; parent = parent.BaseType)
        {
            foreach (var method in parent.GetMethods(anyMethod | BindingFlags.DeclaredOnly).Where(method => method.IsPrivate))
                yield return method;
        }
    }

    /// <exception cref="DriverDeclarationException">The method cannot be called from outside.</exception>
    public static void Check(MethodInfo method)
    {
        if (!method.IsPublic)
            throw new DriverDeclarationException(method, "it must be public");
        if (method.ContainsGenericParameters)
            throw new DriverDeclarationException(method, "it must not be generic");
        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
            throw new DriverDeclarationException(method, "it is 'async void', so nobody could wait for its end; return Task");
    }

    /// <summary>The C# name in snake_case, without a trailing Async.</summary>
    public static string PublicName(MethodInfo method) => DriverJson.ToSnakeCase(
        method.Name.EndsWith("Async", StringComparison.Ordinal) && method.Name.Length > "Async".Length ? method.Name[..^"Async".Length] : method.Name);
}
