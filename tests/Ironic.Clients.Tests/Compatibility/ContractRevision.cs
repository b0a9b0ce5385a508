using System.Globalization;
using Ironic.Stack;
using Ironic.Testing;

namespace Ironic.Clients.Tests.Compatibility;

/// <summary>Programs in Python whose stubs were generated from one revision of the contract, as <c>baselines/driver-v1</c> keeps it.</summary>
internal static class ContractRevision
{
    // The interpreter of Debian's packages, which need not be the first one of PATH.
    private const string Python = "/usr/bin/python3";

    private static readonly string Root = StackPrograms.FindRepository();

    private static readonly string Baselines = Path.Combine(Root, "baselines", "driver-v1");

    private static readonly Dictionary<string, Lazy<Task<TestDirectory>>> Programs =
        All.ToDictionary(revision => revision, revision => new Lazy<Task<TestDirectory>>(() => BuildAsync(revision)), StringComparer.Ordinal);

    /// <summary>The revisions that were kept, the oldest first: 1, 2, ...</summary>
    public static IReadOnlyList<string> All =>
        [.. Directory.EnumerateDirectories(Baselines).Select(path => Path.GetFileName(path)).OrderBy(name => int.Parse(name, CultureInfo.InvariantCulture))];

    /// <summary>Starts a program of this folder on the stubs of a revision.</summary>
    /// <param name="program">Its file name.</param>
    public static async Task<ServerProcess> StartAsync(string revision, string program, params string[] arguments)
    {
        var directory = await Programs[revision].Value;
        return await ServerProcess.StartAsync(new ServerProcessOptions(Python, [directory.Combine(program), .. arguments])
        {
            Name = $"{Path.GetFileNameWithoutExtension(program)} of revision {revision}",
            Environment = new Dictionary<string, string?> { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        });
    }

    private static async Task<TestDirectory> BuildAsync(string revision)
    {
        var example = Path.Combine(Root, "examples", "python-driver");
        var directory = new TestDirectory($"contract-{revision}");
        foreach (var file in Directory.EnumerateFiles(example, "*.py").Concat(Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Compatibility"), "*.py")))
            File.Copy(file, directory.Combine(Path.GetFileName(file)));
        await ServerProcess.RunAsync(
            new ServerProcessOptions(Path.Combine(example, "build-stubs"), directory.Combine("stubs"), Path.Combine(Baselines, revision)), TestStack.Limit);
        return directory;
    }
}
