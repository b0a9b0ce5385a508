using System.Globalization;

namespace Ironic.Hosting.Requests;

/// <summary>An API microversion <c>1.N</c>, or "the newest", which is what gRPC callers get who name none.</summary>
/// <remarks>Compares by age: the newest is greater than every numbered version.</remarks>
public readonly struct Microversion : IEquatable<Microversion>, IComparable<Microversion>
{
    // Zero is the newest, so that a default value is one.
    private readonly int _minorPlusOne;

    /// <param name="minor">49 for 1.49.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or no version can have it.</exception>
    public Microversion(int minor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        ArgumentOutOfRangeException.ThrowIfEqual(minor, int.MaxValue);
        _minorPlusOne = minor + 1;
    }

    /// <summary>Whatever this server's newest version is.</summary>
    public static Microversion Newest => default;

    /// <summary>No version was named.</summary>
    public bool IsNewest => _minorPlusOne == 0;

    /// <summary>49 for 1.49; <see cref="int.MaxValue"/> for <see cref="Newest"/>, so that it is at least any version that one asks for.</summary>
    public int Minor => IsNewest ? int.MaxValue : _minorPlusOne - 1;

    public static bool operator ==(Microversion left, Microversion right) => left.Equals(right);

    public static bool operator !=(Microversion left, Microversion right) => !left.Equals(right);

    public static bool operator <(Microversion left, Microversion right) => left.CompareTo(right) < 0;

    public static bool operator <=(Microversion left, Microversion right) => left.CompareTo(right) <= 0;

    public static bool operator >(Microversion left, Microversion right) => left.CompareTo(right) > 0;

    public static bool operator >=(Microversion left, Microversion right) => left.CompareTo(right) >= 0;

    /// <summary>Reads <c>1.82</c> or <c>latest</c>.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Microversion version)
    {
        version = default;
        if (text.SequenceEqual("latest"))
            return true;
        if (!text.StartsWith("1.", StringComparison.Ordinal) ||
            !int.TryParse(text[2..], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) || minor == int.MaxValue)
        {
            return false;
        }

        version = new Microversion(minor);
        return true;
    }

    public bool Equals(Microversion other) => _minorPlusOne == other._minorPlusOne;

    public override bool Equals(object? obj) => obj is Microversion other && Equals(other);

    public override int GetHashCode() => _minorPlusOne;

    public int CompareTo(Microversion other) => Minor.CompareTo(other.Minor);

    /// <summary><c>1.82</c> or <c>latest</c>.</summary>
    public override string ToString() => IsNewest ? "latest" : string.Create(CultureInfo.InvariantCulture, $"1.{Minor}");
}
