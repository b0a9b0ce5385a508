using System.Collections.Concurrent;

namespace Ironic.Testing;

/// <summary>
/// What this test process owns outside of itself: one directory for all its files, and the servers that it started.
/// Both go when the process ends. What a killed test process could not remove, the next one does.
/// </summary>
internal static class TestRun
{
    private const string Prefix = "ironic-tests-";
    private const string LockSuffix = ".lock";

    private static readonly Lock Gate = new();
    private static readonly ConcurrentDictionary<ServerProcess, byte> Servers = new();
    private static string? _directory;
    private static FileStream? _lock;
    private static int _counter;

    static TestRun() => AppDomain.CurrentDomain.ProcessExit += (_, _) => EndRun();

    /// <summary>Creates an empty directory of this process.</summary>
    /// <param name="purpose">Appears in the name, for whoever looks at a directory that is in use.</param>
    public static string CreateDirectory(string purpose)
    {
        lock (Gate)
        {
            _directory ??= CreateRunDirectory();
            return Directory.CreateDirectory(Path.Combine(_directory, $"{purpose}-{++_counter}")).FullName;
        }
    }

    public static void Add(ServerProcess server) => Servers.TryAdd(server, 0);

    public static void Remove(ServerProcess server) => Servers.TryRemove(server, out _);

    private static string CreateRunDirectory()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The tests start Linux servers; they run on Linux.");
        RemoveLeftovers();
        while (true)
        {
            var path = Path.Combine(Path.GetTempPath(), Prefix + Path.GetRandomFileName());
            if (TryLock(path + LockSuffix, FileMode.CreateNew) is not { } held)
                continue;
            _lock = held;
            // Not readable by others, but PostgreSQL's own user must be able to walk through to its directory.
            const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
            return Directory.CreateDirectory(path, Mode).FullName;
        }
    }

    /// <summary>A directory whose lock file is free belonged to a process that was killed.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var lockFile in Directory.EnumerateFiles(Path.GetTempPath(), Prefix + "*" + LockSuffix))
        {
            using var held = TryLock(lockFile, FileMode.Open);
            if (held is not null)
                Remove(lockFile[..^LockSuffix.Length]);
        }
    }

    /// <summary>.NET takes flock(2) for FileShare.None: the kernel frees it with the process, however that ends.</summary>
    private static FileStream? TryLock(string path, FileMode mode)
    {
        try
        {
            return new FileStream(path, mode, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Remove(string directory)
    {
        try
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
            File.Delete(directory + LockSuffix);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"Test directory {directory} stays behind: {exception.Message}");
        }
    }

    private static void EndRun()
    {
        // An event handler of the runtime's end cannot be awaited; the runtime waits for it.
        Task.WhenAll(Servers.Keys.Select(server => server.DiscardAsync())).GetAwaiter().GetResult();
        lock (Gate)
        {
            if (_directory is null)
                return;
            Remove(_directory);
            _lock?.Dispose();
        }
    }
}
