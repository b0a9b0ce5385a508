using System.Text.Json;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Fake.Behaviour;

/// <summary>Failures that are asked for.</summary>
internal static class FakeFailure
{
    private static readonly Dictionary<string, ErrorClass> Classes =
        Enum.GetValues<ErrorClass>().ToDictionary(value => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()), StringComparer.Ordinal);

    public static IEnumerable<string> ClassNames => Classes.Keys;

    /// <summary>The class that the contract calls <paramref name="name"/> (<c>BMC_UNREACHABLE</c>); null when there is none.</summary>
    public static ErrorClass? FindClass(string name) => Classes.TryGetValue(name, out var found) ? found : null;

    /// <summary>The exception that an operation throws. INTERNAL is an exception that no driver means to throw.</summary>
    public static Exception Create(ErrorClass errorClass, string message) => errorClass == ErrorClass.Internal
        ? new InvalidOperationException(message)
        : new DriverException(errorClass, message);
}
