using System.ComponentModel;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Nodes;
using Ironic.Driver.Sdk.Vendor;

namespace Ironic.Driver.Sdk.Steps;

/// <summary>Checks how a step is declared and compiles the delegate that binds and calls, so that no run uses reflection.</summary>
internal static class StepMethodCompiler
{
    private static readonly (StepKinds Flag, V1.StepKind Kind)[] Kinds =
    [
        (StepKinds.Clean, V1.StepKind.Clean), (StepKinds.Deploy, V1.StepKind.Deploy), (StepKinds.Service, V1.StepKind.Service), (StepKinds.Verify, V1.StepKind.Verify),
    ];

    public static StepMethod Compile(DriverInterface target, MethodInfo method, StepAttribute attribute)
    {
        DeclaredMethods.Check(method);
        var description = Describe(method, attribute);
        var invocation = Expression.Parameter(typeof(StepInvocation), "invocation");
        var call = Expression.Property(invocation, nameof(StepInvocation.Call));
        var parameters = new List<BodyParameter>();
        var arguments = new List<Expression>();
        var takesObject = false;
        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type == typeof(NodeContext))
            {
                arguments.Add(Expression.Property(invocation, nameof(StepInvocation.Node)));
            }
            else if (type == typeof(IOperationProgress))
            {
                arguments.Add(Expression.Property(invocation, nameof(StepInvocation.Progress)));
            }
            else if (type == typeof(CancellationToken))
            {
                arguments.Add(Expression.Property(invocation, nameof(StepInvocation.CancellationToken)));
            }
            else if (type == typeof(JsonObject))
            {
                takesObject = takesObject ? throw new DriverDeclarationException(method, "two parameters take all arguments") : true;
                arguments.Add(Expression.Call(Expression.Property(call, nameof(VendorCall.Parameters)), nameof(JsonMap.ToJsonObject), null));
            }
            else
            {
                var bound = VendorParameterRules.CreateBodyParameter(method, parameter);
                if (parameters.Any(other => other.Name == bound.Name))
                    throw new DriverDeclarationException(method, $"two parameters are bound from '{bound.Name}'");
                parameters.Add(bound);
                description.Arguments.Add(new V1.StepArgument
                {
                    Name = bound.Name,
                    Description = parameter.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "",
                    Required = bound.IsRequired,
                });
                arguments.Add(Expression.Call(Expression.Constant(bound), nameof(BodyParameter<>.Read), null, call));
            }
        }

        var body = AdaptResult(method, Expression.Call(method.IsStatic ? null : Expression.Constant(target, method.DeclaringType!), method, arguments));
        return new StepMethod(description, attribute, takesObject, parameters, Expression.Lambda<Func<StepInvocation, ValueTask<StepResult>>>(body, invocation).Compile());
    }

    private static V1.Step Describe(MethodInfo method, StepAttribute attribute)
    {
        var name = attribute.Name ?? DeclaredMethods.PublicName(method);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new DriverDeclarationException(method, $"'{name}' is no name for a step: it may have letters, digits, '_', '-' and '.'");
        if (attribute.Kinds == StepKinds.None || attribute.Priority < 0)
            throw new DriverDeclarationException(method, "a step needs a flow that may use it, and a priority that is not negative");
        if (attribute is { LongRunning: true, Kinds: var kinds } && kinds.HasFlag(StepKinds.Verify))
            throw new DriverDeclarationException(method, "a step of the verification cannot be long-running: the node has no state in which it could wait for it");
        var description = new V1.Step
        {
            Name = name,
            Description = attribute.Description,
            Priority = attribute.Priority,
            Abortable = attribute.Abortable,
            RequiresRamdisk = attribute.RequiresRamdisk,
        };
        description.Kinds.AddRange(Kinds.Where(pair => attribute.Kinds.HasFlag(pair.Flag)).Select(pair => pair.Kind));
        return description;
    }

    private static Expression AdaptResult(MethodInfo method, Expression call)
    {
        if (method.ReturnType == typeof(void))
            return Expression.Block(call, Expression.Call(typeof(StepResults), nameof(StepResults.Done), null));
        if (StepResults.FindAdapter(method.ReturnType) is { } adapter)
            return Expression.Call(typeof(StepResults), adapter, null, call);
        throw new DriverDeclarationException(method, $"a step returns nothing or a {nameof(StepResult)}, or a task of that");
    }
}

/// <summary>From what a step returns to its result.</summary>
internal static class StepResults
{
    public static string? FindAdapter(Type type) =>
        type == typeof(Task) ? nameof(FromTask)
        : type == typeof(ValueTask) ? nameof(FromValueTask)
        : type == typeof(StepResult) ? nameof(FromResult)
        : type == typeof(Task<StepResult>) ? nameof(FromTaskOfResult)
        : type == typeof(ValueTask<StepResult>) ? nameof(FromValueTaskOfResult)
        : null;

    public static ValueTask<StepResult> Done() => new(new StepResult());

    public static async ValueTask<StepResult> FromTask(Task task)
    {
        await task;
        return new StepResult();
    }

    public static async ValueTask<StepResult> FromValueTask(ValueTask task)
    {
        await task;
        return new StepResult();
    }

    public static ValueTask<StepResult> FromResult(StepResult result) => new(result);

    public static async ValueTask<StepResult> FromTaskOfResult(Task<StepResult> task) => await task;

    public static ValueTask<StepResult> FromValueTaskOfResult(ValueTask<StepResult> task) => task;
}
