using System.Collections.Frozen;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Steps;

/// <summary>One run of a step: what its parameters are read from.</summary>
internal sealed record StepInvocation(VendorCall Call, NodeContext Node, IOperationProgress Progress, CancellationToken CancellationToken);

/// <summary>A step, found and compiled once at start.</summary>
internal sealed class StepMethod(V1.Step description, StepAttribute attribute, bool acceptsAnything, IReadOnlyList<BodyParameter> parameters, Func<StepInvocation, ValueTask<StepResult>> invoke)
{
    private readonly FrozenSet<string> _names = parameters.Select(parameter => parameter.Name).ToFrozenSet();

    /// <summary>How the step appears in the driver's description.</summary>
    public V1.Step Description { get; } = description;

    public bool IsLongRunning => attribute.LongRunning;

    /// <exception cref="InvalidParameterException">An argument is of another type, or unknown.</exception>
    /// <exception cref="MissingParameterException">An argument is missing.</exception>
    public ValueTask<StepResult> InvokeAsync(StepInvocation invocation)
    {
        if (!acceptsAnything)
        {
            foreach (var member in invocation.Call.Parameters.Element.EnumerateObject())
            {
                if (!_names.Contains(member.Name))
                    throw new InvalidParameterException($"Step '{Description.Name}' got an unexpected argument '{member.Name}'.");
            }
        }

        return invoke(invocation);
    }
}
