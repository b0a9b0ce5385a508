using System.Globalization;

namespace Ironic.Stack.Internal;

/// <summary>
/// Keeps a data directory to one stack at a time: two conductors on one SQLite file would each believe to be alone. The system frees
/// it when the process ends, however that is.
/// </summary>
internal sealed class DataDirectoryLock : IDisposable
{
    private readonly FileStream _file;

    private DataDirectoryLock(FileStream file) => _file = file;

    /// <exception cref="StackException">Another stack uses the directory.</exception>
    public static DataDirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "stack.lock");
        try
        {
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new DataDirectoryLock(file);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new StackException($"another stack uses {directory}; choose another directory with --data", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
