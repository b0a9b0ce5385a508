namespace Ironic.Driver.Sdk;

/// <summary>A key of driver_info that an interface reads.</summary>
/// <param name="Name">The key: <c>ipmi_address</c>.</param>
/// <param name="Description">What it means, and whether it is required, in a sentence for people.</param>
/// <param name="Required">Whether the interface cannot work without it.</param>
/// <param name="Secret">Whether its value is masked wherever the system shows it, and in the driver's error messages.</param>
public sealed record DriverProperty(string Name, string Description, bool Required = false, bool Secret = false);
