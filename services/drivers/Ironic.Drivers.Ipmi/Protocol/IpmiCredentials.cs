using System.Security.Cryptography;
using System.Text;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>Who opens a session. <see cref="ToString"/> tells nothing.</summary>
internal sealed class IpmiCredentials : IEquatable<IpmiCredentials>
{
    public const int MaximumUsernameLength = 16;
    public const int MaximumPasswordLength = 20;
    public const int MaximumGroupKeyLength = 20;

    /// <param name="username">At most <see cref="MaximumUsernameLength"/> bytes; empty: the null user.</param>
    /// <param name="password">At most <see cref="MaximumPasswordLength"/> bytes.</param>
    /// <param name="groupKey">K_g, at most <see cref="MaximumGroupKeyLength"/> bytes; empty: the password takes its place (IPMI 2.0, section 13.31).</param>
    public IpmiCredentials(string username, string password, byte[] groupKey)
    {
        Username = Encoding.UTF8.GetBytes(username);
        Password = Encoding.UTF8.GetBytes(password);
        GroupKey = groupKey;
    }

    public byte[] Username { get; }

    public byte[] Password { get; }

    public byte[] GroupKey { get; }

    /// <summary>The password as IPMI 1.5 has it: 16 bytes, zeros behind.</summary>
    public byte[] PaddedPassword()
    {
        var padded = new byte[Ipmi15Packet.PasswordLength];
        Password.AsSpan(0, Math.Min(Password.Length, padded.Length)).CopyTo(padded);
        return padded;
    }

    public bool Equals(IpmiCredentials? other) =>
        other is not null
        && Username.AsSpan().SequenceEqual(other.Username)
        && CryptographicOperations.FixedTimeEquals(Password, other.Password)
        && CryptographicOperations.FixedTimeEquals(GroupKey, other.GroupKey);

    public override bool Equals(object? obj) => Equals(obj as IpmiCredentials);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(Username);
        return hash.ToHashCode();
    }

    public override string ToString() => "credentials";
}
