using System.Collections.Frozen;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>One call on its way into a method: what its parameters are read from.</summary>
internal sealed record VendorInvocation(VendorCall Call, NodeContext? Node, DriverContext? Driver, CancellationToken CancellationToken);

/// <summary>A vendor method, found and compiled once at start.</summary>
internal sealed class VendorMethod
{
    private readonly FrozenSet<string> _parameterNames;
    private readonly Func<VendorInvocation, ValueTask<V1.VendorResult>> _invoke;

    public VendorMethod(
        V1.VendorMethod description, IReadOnlyList<BodyParameter> parameters, bool acceptsAnything, Func<VendorInvocation, ValueTask<V1.VendorResult>> invoke)
    {
        Description = description;
        Parameters = parameters;
        AcceptsAnything = acceptsAnything;
        _parameterNames = parameters.Select(parameter => parameter.Name).ToFrozenSet();
        _invoke = invoke;
    }

    /// <summary>How the method appears in the driver's description.</summary>
    public V1.VendorMethod Description { get; }

    public IReadOnlyList<BodyParameter> Parameters { get; }

    /// <summary>Whether the body may have members that no parameter takes.</summary>
    public bool AcceptsAnything { get; }

    /// <exception cref="InvalidParameterException">The method is not called by this verb.</exception>
    public void CheckHttpMethod(string httpMethod)
    {
        if (!Description.HttpMethods.Contains(httpMethod))
            throw new InvalidParameterException($"The method {Description.Name} does not support HTTP {httpMethod}");
    }

    /// <summary>
    /// Whether the declared parameters can be bound. An unexpected one is no matter of validation: as in Ironic it fails the call
    /// itself, so that an asynchronous call is accepted and then fails.
    /// </summary>
    public void CheckParameters(VendorCall call)
    {
        foreach (var parameter in Parameters)
            parameter.Check(call);
    }

    public ValueTask<V1.VendorResult> InvokeAsync(VendorInvocation invocation)
    {
        if (!AcceptsAnything)
        {
            foreach (var member in invocation.Call.Parameters.Element.EnumerateObject())
            {
                if (!_parameterNames.Contains(member.Name))
                    throw new InvalidParameterException($"Method '{Description.Name}' got an unexpected argument '{member.Name}'.");
            }
        }

        return _invoke(invocation);
    }
}
