using Ironic.Testing;

namespace Ironic.Stack.Tests;

/// <summary>Options of a stack whose programs are all the stand-in.</summary>
internal static class StandInStack
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly string Program = Path.Combine(
        StackPrograms.FindRepository(), "tests", "Ironic.StandIn", "bin", new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name, "net10.0", "Ironic.StandIn.dll");

    public static StackPrograms Programs { get; } = new(
        Program, Program, new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["fake"] = Program, ["example"] = Program, ["other"] = Program });

    public static StackOptions Options(TestDirectory directory) => new()
    {
        DataDirectory = directory.Combine("data"),
        Drivers = ["fake"],
        Programs = Programs,
        StartTimeout = Limit,
        StopTimeout = TimeSpan.FromSeconds(5),
    };
}
