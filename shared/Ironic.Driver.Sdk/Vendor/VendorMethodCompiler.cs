using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json.Nodes;

namespace Ironic.Driver.Sdk.Vendor;

/// <summary>Checks how a vendor method is declared and compiles the delegate that binds, calls and converts, so that no call uses reflection.</summary>
internal static class VendorMethodCompiler
{
    private static readonly string[] Verbs = ["POST", "PUT", "GET", "PATCH", "DELETE"];

    // The listing's route, and what the call itself is described by.
    private const string ReservedMethodName = "methods";
    private static readonly string[] ReservedParameterNames = ["method", "http_method", "task"];

    public static VendorMethod Compile(VendorInterface target, MethodInfo method, VendorMethodAttribute attribute)
    {
        DeclaredMethods.Check(method);
        var description = Describe(method, attribute);
        var invocation = Expression.Parameter(typeof(VendorInvocation), "invocation");
        var isNodeMethod = attribute is PassthruAttribute;
        var parameters = new List<BodyParameter>();
        var arguments = new List<Expression>();
        bool takesObject = false, takesCall = false;
        foreach (var parameter in method.GetParameters())
        {
            var type = parameter.ParameterType;
            if (type == typeof(NodeContext) || type == typeof(DriverContext))
            {
                if (type == typeof(NodeContext) != isNodeMethod)
                    throw new DriverDeclarationException(method, $"a {(isNodeMethod ? "node" : "driver")} method has no {type.Name} (parameter '{parameter.Name}')");
                arguments.Add(Expression.Property(invocation, isNodeMethod ? nameof(VendorInvocation.Node) : nameof(VendorInvocation.Driver)));
            }
            else if (type == typeof(CancellationToken))
            {
                arguments.Add(Expression.Property(invocation, nameof(VendorInvocation.CancellationToken)));
            }
            else if (type == typeof(VendorCall))
            {
                takesCall = true;
                arguments.Add(Expression.Property(invocation, nameof(VendorInvocation.Call)));
            }
            else if (type == typeof(JsonObject))
            {
                if (takesObject)
                    throw new DriverDeclarationException(method, "two parameters take the whole body");
                takesObject = true;
                var call = Expression.Property(invocation, nameof(VendorInvocation.Call));
                arguments.Add(Expression.Call(Expression.Property(call, nameof(VendorCall.Parameters)), nameof(JsonMap.ToJsonObject), null));
            }
            else
            {
                var bound = VendorParameterRules.CreateBodyParameter(method, parameter);
                if (ReservedParameterNames.Contains(bound.Name))
                    throw new DriverDeclarationException(method, $"'{bound.Name}' is no name for a parameter: it describes the call itself; take a VendorCall");
                if (parameters.Any(other => other.Name == bound.Name))
                    throw new DriverDeclarationException(method, $"two parameters are bound from '{bound.Name}'");
                parameters.Add(bound);
                arguments.Add(Expression.Call(
                    Expression.Constant(bound), nameof(BodyParameter<>.Read), null, Expression.Property(invocation, nameof(VendorInvocation.Call))));
            }
        }

        var invoke = AdaptResult(method, attribute.Attach, Expression.Call(method.IsStatic ? null : Expression.Constant(target, method.DeclaringType!), method, arguments));
        var compiled = Expression.Lambda<Func<VendorInvocation, ValueTask<V1.VendorResult>>>(invoke, invocation).Compile();
        return new VendorMethod(description, parameters, takesObject || (takesCall && parameters.Count == 0), compiled);
    }

    private static V1.VendorMethod Describe(MethodInfo method, VendorMethodAttribute attribute)
    {
        var name = attribute.Method ?? DeclaredMethods.PublicName(method);
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            throw new DriverDeclarationException(method, $"'{name}' is no public name: it may have letters, digits, '_', '-' and '.'");
        if (name == ReservedMethodName)
            throw new DriverDeclarationException(method, $"'{name}' is the listing of methods; choose another public name");
        if (attribute.HttpMethods.Count == 0)
            throw new DriverDeclarationException(method, "it has no HTTP verbs");

        var description = new V1.VendorMethod
        {
            Name = name,
            Description = attribute.Description,
            Async = attribute.Async,
            Attach = attribute.Attach,
            RequireExclusiveLock = attribute is PassthruAttribute { RequireExclusiveLock: true },
        };
        foreach (var given in attribute.HttpMethods)
        {
            var verb = given?.ToUpperInvariant() ?? "";
            if (!Verbs.Contains(verb))
                throw new DriverDeclarationException(method, $"'{given}' is none of the HTTP verbs {string.Join(", ", Verbs)}");
            if (description.HttpMethods.Contains(verb))
                throw new DriverDeclarationException(method, $"the HTTP verb {verb} is given twice");
            description.HttpMethods.Add(verb);
        }

        if (attribute is { Attach: true, Async: true })
            throw new DriverDeclarationException(method, "Attach needs Async = false: the caller of an asynchronous method gets no result");
        return description;
    }

    private static Expression AdaptResult(MethodInfo method, bool attach, Expression call)
    {
        var (result, adapter) = Classify(method.ReturnType);
        var isBytes = result == typeof(byte[]) || result == typeof(ReadOnlyMemory<byte>);
        if (attach && !isBytes)
            throw new DriverDeclarationException(method, "Attach needs a method that returns byte[] or ReadOnlyMemory<byte>");
        if (!attach && isBytes)
            throw new DriverDeclarationException(method, "it returns bytes, which need Attach = true");
        if (result is null)
        {
            return adapter is null
                ? Expression.Block(call, Expression.New(typeof(ValueTask<V1.VendorResult>).GetConstructor([typeof(V1.VendorResult)])!, NullResult()))
                : Expression.Call(typeof(ResultAdapters), adapter, null, call);
        }

        if (VendorParameterRules.FindProblem(result, isResult: true) is { } problem)
            throw new DriverDeclarationException(method, $"it returns {result.Name}, which is {problem}");
        var writer = attach ? new AttachmentResultWriter() : Activator.CreateInstance(typeof(JsonResultWriter<>).MakeGenericType(result))!;
        return Expression.Call(
            typeof(ResultAdapters), adapter!, [result], call, Expression.Constant(writer, typeof(IResultWriter<>).MakeGenericType(result)));

        static Expression NullResult() => Expression.Call(typeof(ResultAdapters), nameof(ResultAdapters.Null), null);
    }

    private static (Type? Result, string? Adapter) Classify(Type type)
    {
        if (type == typeof(void))
            return (null, null);
        if (type == typeof(Task))
            return (null, nameof(ResultAdapters.FromTask));
        if (type == typeof(ValueTask))
            return (null, nameof(ResultAdapters.FromValueTask));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>))
            return (type.GetGenericArguments()[0], nameof(ResultAdapters.FromTaskOf));
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>))
            return (type.GetGenericArguments()[0], nameof(ResultAdapters.FromValueTaskOf));
        return (type, nameof(ResultAdapters.FromValue));
    }
}
