using System.Collections.Frozen;
using System.Reflection;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Steps;

/// <summary>The steps of one interface.</summary>
internal sealed class StepTable
{
    private readonly FrozenDictionary<string, StepMethod> _steps;

    private StepTable(Dictionary<string, StepMethod> steps) => _steps = steps.ToFrozenDictionary();

    /// <summary>How they appear in the driver's description, by name.</summary>
    public IEnumerable<V1.Step> Descriptions => _steps.Values.Select(step => step.Description).OrderBy(step => step.Name, StringComparer.Ordinal);

    /// <summary>Finds and compiles the steps of <paramref name="target"/>.</summary>
    /// <exception cref="DriverDeclarationException">A step is not declared as it must be.</exception>
    public static StepTable Create(DriverInterface target)
    {
        var steps = new Dictionary<string, StepMethod>();
        foreach (var method in DeclaredMethods.Find(target.GetType()))
        {
            if (method.GetCustomAttribute<StepAttribute>(inherit: true) is not { } attribute)
                continue;
            var compiled = StepMethodCompiler.Compile(target, method, attribute);
            if (!steps.TryAdd(compiled.Description.Name, compiled))
                throw new DriverDeclarationException(method, $"its name '{compiled.Description.Name}' is that of another step as well");
        }

        return new StepTable(steps);
    }

    /// <exception cref="UnsupportedOperationException">There is no such step for that kind of flow.</exception>
    public StepMethod Find(string name, V1.StepKind kind) =>
        _steps.TryGetValue(name, out var step) && step.Description.Kinds.Contains(kind)
            ? step
            : throw new UnsupportedOperationException($"There is no {DriverJson.ToSnakeCase(kind.ToString())} step '{name}'.");
}
