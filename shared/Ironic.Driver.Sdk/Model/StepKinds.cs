namespace Ironic.Driver.Sdk;

/// <summary>The flows that may use a step. The flags stand for the values of <c>ironic.driver.v1.StepKind</c>.</summary>
[Flags]
public enum StepKinds
{
    None = 0,
    Clean = 1,
    Deploy = 2,
    Service = 4,
    Verify = 8,
}
