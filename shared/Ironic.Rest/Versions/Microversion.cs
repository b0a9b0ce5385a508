namespace Ironic.Rest.Versions;

/// <summary>The microversions of major version 1, by their minor number.</summary>
internal static class Microversion
{
    public const int Major = 1;

    /// <summary>The first one, and the one of a request that names none.</summary>
    public const int Minimum = 1;

    /// <summary>The newest one that the contract is written for.</summary>
    public const int Newest = 115;

    private static readonly string[] Texts = [.. Enumerable.Range(0, Newest + 1).Select(minor => $"{Major}.{minor}")];

    /// <summary>The text of a supported microversion, as it stands in headers: <c>1.82</c>.</summary>
    public static string Text(int minor) => Texts[minor];
}
