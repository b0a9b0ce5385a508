namespace Ironic.Stack;

/// <summary>Where the programs of a stack are: build outputs, which are started as they are.</summary>
/// <param name="Api">The API's assembly.</param>
/// <param name="Conductor">The conductor's assembly.</param>
/// <param name="Drivers">The drivers' assemblies by the names under which they are asked for: <c>fake</c>.</param>
public sealed record StackPrograms(string Api, string Conductor, IReadOnlyDictionary<string, string> Drivers)
{
    private const string DriverPrefix = "Ironic.Drivers.";

    /// <summary>The outputs of this repository.</summary>
    /// <param name="configuration"><c>Debug</c> or <c>Release</c>; null for the one that this assembly was built in.</param>
    /// <exception cref="StackException">This assembly does not lie in a repository.</exception>
    public static StackPrograms FromRepository(string? configuration = null)
    {
        configuration ??= AppContext.BaseDirectory.Contains($"{Path.DirectorySeparatorChar}Release{Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";
        var services = Path.Combine(FindRepository(), "services");
        var drivers = Directory.EnumerateDirectories(Path.Combine(services, "drivers"), DriverPrefix + "*")
            .ToDictionary(directory => Path.GetFileName(directory)[DriverPrefix.Length..], Output, StringComparer.OrdinalIgnoreCase);
        return new StackPrograms(Output(Path.Combine(services, "Ironic.Api")), Output(Path.Combine(services, "Ironic.Conductor")), drivers);

        string Output(string project) => Path.Combine(project, "bin", configuration, "net10.0", Path.GetFileName(project) + ".dll");
    }

    /// <summary>The root of the repository in which this assembly was built.</summary>
    /// <exception cref="StackException">It lies in none.</exception>
    public static string FindRepository()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Ironic.sln")))
                return directory.FullName;
        }

        throw new StackException($"{AppContext.BaseDirectory} is in no repository: there is no Ironic.sln above it");
    }
}
