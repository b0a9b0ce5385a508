namespace Ironic.Testing;

/// <summary>An empty directory that no other test uses, removed with all it holds on dispose, or at the latest when the test process ends.</summary>
public sealed class TestDirectory : IDisposable
{
    /// <param name="purpose">A word that appears in the directory's name.</param>
    public TestDirectory(string purpose = "test") => FullName = TestRun.CreateDirectory(purpose);

    /// <summary>Its absolute path.</summary>
    public string FullName { get; }

    /// <summary>The absolute path of a file or directory inside it. Nothing is created.</summary>
    public string Combine(params ReadOnlySpan<string> segments) => Path.Combine([FullName, .. segments]);

    public void Dispose()
    {
        if (Directory.Exists(FullName))
            Directory.Delete(FullName, recursive: true);
    }
}
