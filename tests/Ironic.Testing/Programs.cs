namespace Ironic.Testing;

/// <summary>Finds the programs that tests need from the system.</summary>
public static class Programs
{
    // A user's PATH on Debian lacks the directories of system programs.
    private static readonly string[] SystemDirectories = ["/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/local/bin", "/usr/bin", "/bin"];

    /// <summary>The absolute path of a program: as given, or from PATH and the system's directories.</summary>
    /// <exception cref="ProgramNotFoundException">It is not installed.</exception>
    public static string Find(string program)
    {
        if (Path.IsPathRooted(program))
            return File.Exists(program) ? program : throw new ProgramNotFoundException(program);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        return path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(SystemDirectories)
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists) ?? throw new ProgramNotFoundException(program);
    }

    /// <summary>A program of the newest PostgreSQL that is installed as Debian packages it (/usr/lib/postgresql/VERSION/bin).</summary>
    /// <exception cref="ProgramNotFoundException">PostgreSQL's server is not installed.</exception>
    public static string FindPostgres(string program)
    {
        var root = new DirectoryInfo("/usr/lib/postgresql");
        var versions = root.Exists ? root.GetDirectories() : [];
        return versions
            .OrderByDescending(directory => int.TryParse(directory.Name, out var version) ? version : 0)
            .Select(directory => Path.Combine(directory.FullName, "bin", program))
            .FirstOrDefault(File.Exists) ?? throw new ProgramNotFoundException($"PostgreSQL's {program}");
    }
}

/// <summary>A program that the tests need is not installed. This fails a test; it never skips one.</summary>
public sealed class ProgramNotFoundException(string program)
    : Exception($"{program} is not installed. Run tools/test once: it installs what the tests need.");
