using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Options;

namespace Ironic.Hosting;

/// <summary>Checks options by the attributes of their properties and names each property as an operator writes it: <c>Section:Key</c>.</summary>
internal sealed class AnnotationValidator<TOptions>(string section) : IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly (PropertyInfo Property, ValidationAttribute[] Attributes)[] Rules =
        [.. typeof(TOptions).GetProperties().Select(property => (property, property.GetCustomAttributes<ValidationAttribute>().ToArray())).Where(rule => rule.Item2.Length > 0)];

    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var failures = (
            from rule in Rules
            let value = rule.Property.GetValue(options)
            from attribute in rule.Attributes
            where !attribute.IsValid(value)
            select attribute.FormatErrorMessage($"{section}:{rule.Property.Name}")).ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
