using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>
/// How the fake driver behaves: section <c>Fake</c>. Operations are named <c>INTERFACE.OPERATION</c> (<c>power.set_power_state</c>,
/// <c>management.set_boot_device</c>, <c>vendor.second_method</c>, <c>deploy.validate</c>).
/// </summary>
internal sealed class FakeOptions
{
    public const string Section = "Fake";

    /// <summary>Seconds, or <c>min,max</c> for a random number of them, by operation or by interface: <c>Fake:Delays:Power=0.5,2</c>.</summary>
    public Dictionary<string, string> Delays { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The error class that an operation fails with: <c>Fake:Failures:power.set_power_state=BMC_UNREACHABLE</c>.</summary>
    public Dictionary<string, string> Failures { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A file that gets a JSON line at the start and at the end of each operation that changes something, and of each vendor call and its
    /// validation. Null: none.
    /// </summary>
    public string? CallLog { get; set; }

    /// <summary>
    /// Whether the vendor interface has the methods of <see cref="Interfaces.FakeTestVendor"/> too, and fake-hardware another one,
    /// <see cref="Interfaces.FakeSecondVendor"/>.
    /// </summary>
    public bool TestMethods { get; set; }
}

/// <summary>Finds an operator's mistakes at start.</summary>
internal sealed class FakeOptionsValidator : IValidateOptions<FakeOptions>
{
    public ValidateOptionsResult Validate(string? name, FakeOptions options)
    {
        var failures = options.Delays.Where(pair => DelayRange.Parse(pair.Value) is null)
            .Select(pair => $"Fake:Delays:{pair.Key} '{pair.Value}' is neither a number of seconds nor 'min,max'")
            .Concat(options.Failures.Where(pair => FakeFailure.FindClass(pair.Value) is null)
                .Select(pair => $"Fake:Failures:{pair.Key} '{pair.Value}' is none of {string.Join(", ", FakeFailure.ClassNames)}"))
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
