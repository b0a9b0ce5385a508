using Ironic.Api.V1;
using Ironic.Conductor.Tasks;
using Ironic.Driver.V1;
using Ironic.Hosting.Errors;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Steps;

/// <summary>Compares the steps that somebody asks for with those that the node's driver offers.</summary>
internal sealed class StepValidation(StepCatalog catalog, IOptions<StepOptions> options)
{
    private const string CoreStep = "deploy.deploy";

    private readonly StepOptions _options = options.Value;

    /// <summary>An operator of the system may have steps that nobody can ask for.</summary>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE.</exception>
    public void CheckAllowed(IEnumerable<NodeStep> steps, StepKind kind)
    {
        if (steps.FirstOrDefault(step => _options.Disallowed(kind).Contains(step.Id)) is { } disallowed)
            throw new IronicException(ErrorReason.InvalidParameterValue, $"The {Word(kind)} step {disallowed.Id} is not allowed by the configuration of this system.");
    }

    /// <summary>Steps that run in the order in which they were given.</summary>
    /// <param name="withoutRamdisk">Whether the flow does without the ramdisk.</param>
    /// <returns>The steps, with what the driver says of them.</returns>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, with all that is wrong.</exception>
    public IReadOnlyList<NodeStep> Validate(NodeTask task, StepFlowKind flow, IReadOnlyList<NodeStep> steps, bool withoutRamdisk)
    {
        var errors = new List<string>();
        var result = new List<NodeStep>();
        var offered = catalog.List(task, flow).ToDictionary(each => each.Step.Id);
        foreach (var step in steps)
        {
            if (step.IsReserved || step.ExecuteOnChildNodes)
            {
                result.Add(step);
                continue;
            }

            if (!offered.TryGetValue(step.Id, out var own))
            {
                errors.Add($"node does not support this {flow.Name} step: {step.Id}");
                continue;
            }

            CheckArguments(step, own, flow.Kind, isDisabled: false, errors);
            if (withoutRamdisk && own.Step.RequiresRamdisk)
                errors.Add($"{flow.Name} step {step.Id} requires booting a ramdisk");
            result.Add(step with { Abortable = own.Step.Abortable, Priority = own.Step.Priority, RequiresRamdisk = own.Step.RequiresRamdisk });
        }

        Throw(errors, "");
        return result;
    }

    /// <summary>The steps of a deployment: the driver's, with those that callers and templates put in their places.</summary>
    /// <param name="given">The caller's.</param>
    /// <param name="templates">Those of the deploy templates that match the instance's traits.</param>
    /// <returns>The steps in their order; and those that were asked for and that the driver does not offer: as in Ironic these are no mistake, for a ramdisk might.</returns>
    /// <exception cref="IronicException">INVALID_PARAMETER_VALUE, with all that is wrong.</exception>
    public (IReadOnlyList<NodeStep> Steps, IReadOnlyList<string> Unknown) ComposeDeployment(NodeTask task, IReadOnlyList<NodeStep> given, TemplateSteps templates)
    {
        var flow = StepFlowKind.Deployment;
        var offered = catalog.List(task, flow).ToDictionary(each => each.Step.Id);
        var fromCaller = ValidateDeploySteps(given, offered, "Validation of deploy steps from \"deploy steps\" argument failed. ");
        var fromTemplates = ValidateDeploySteps(
            templates.Steps,
            offered,
            $"Validation of deploy steps from deploy templates matching this node's instance traits failed. Matching deploy templates: {string.Join(',', templates.Names)}. Errors: ");
        var chosen = fromCaller.Where(step => !step.IsReserved).Select(step => step.Id).ToHashSet();
        List<NodeStep> asked = [.. fromCaller, .. fromTemplates.Where(step => !chosen.Contains(step.Id))];
        var overridden = asked.Select(step => step.Id).ToHashSet();
        var own = catalog.ListAutomated(task, flow).Where(step => !overridden.Contains(step.Id));
        var steps = StepCatalog.Order(own.Concat(asked.Where(step => step.Priority > 0 && !_options.DisallowedDeploySteps.Contains(step.Id))), flow);
        return (steps, [.. given.Concat(templates.Steps).Where(step => IsUnknown(step, offered)).Select(step => step.Id).Distinct()]);
    }

    private static bool IsUnknown(NodeStep step, Dictionary<string, OfferedStep> offered) =>
        step is { IsReserved: false, ExecuteOnChildNodes: false, Priority: > 0 } && !offered.ContainsKey(step.Id);

    private static List<NodeStep> ValidateDeploySteps(IReadOnlyList<NodeStep> steps, Dictionary<string, OfferedStep> offered, string prefix)
    {
        var errors = new List<string>();
        var result = new List<NodeStep>();
        foreach (var step in steps)
        {
            if (step.IsReserved || step.ExecuteOnChildNodes)
            {
                result.Add(step);
                continue;
            }

            if (!offered.TryGetValue(step.Id, out var own))
                continue;
            CheckArguments(step, own, StepKind.Deploy, step.Priority == 0, errors);
            if (step.Id == CoreStep && step.Priority > 0)
                errors.Add("deploy step deploy on interface deploy is a core step and cannot be overridden by user steps. It may be disabled by setting the priority to 0");
            result.Add(step with { Abortable = own.Step.Abortable, RequiresRamdisk = own.Step.RequiresRamdisk });
        }

        var duplicates = result.Where(step => !step.IsReserved).GroupBy(step => step.Id).Where(group => group.Count() > 1).Select(group => group.Key).ToList();
        if (duplicates.Count > 0)
            errors.Add($"deploy steps cannot have the same interface and step. Duplicate deploy steps for {string.Join(", ", duplicates)}");
        Throw(errors, prefix);
        return result;
    }

    private static void CheckArguments(NodeStep step, OfferedStep own, StepKind kind, bool isDisabled, List<string> errors)
    {
        var given = step.Args?.Select(member => member.Key).ToHashSet() ?? [];
        var unexpected = given.Where(name => own.Arguments.All(argument => argument.Name != name)).ToList();
        if (unexpected.Count > 0)
            errors.Add($"{Word(kind)} step {step.Id} has these unexpected arguments: {string.Join(", ", unexpected)}");
        var missing = own.Arguments.Where(argument => argument.Required && !given.Contains(argument.Name))
            .Select(argument => argument.Description.Length > 0 ? $"{argument.Name} ({argument.Description})" : argument.Name).ToList();
        if (missing.Count > 0 && !isDisabled)
            errors.Add($"{Word(kind)} step {step.Id} is missing these required arguments: {string.Join(", ", missing)}");
    }

    private static void Throw(List<string> errors, string prefix)
    {
        if (errors.Count > 0)
            throw new IronicException(ErrorReason.InvalidParameterValue, prefix + string.Join("; ", errors));
    }

    private static string Word(StepKind kind) => kind switch
    {
        StepKind.Clean => "clean",
        StepKind.Deploy => "deploy",
        StepKind.Service => "service",
        _ => "verify",
    };
}
