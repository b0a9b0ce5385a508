using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>How a session is protected: suite 3 by SHA-1 and AES-CBC-128, suite 17 by SHA-256 and AES-CBC-128 (IPMI 2.0, table 22-20).</summary>
/// <param name="Id">Its number.</param>
/// <param name="Authentication">The number of its authentication algorithm.</param>
/// <param name="Integrity">The number of its integrity algorithm.</param>
/// <param name="CodeLength">How many bytes of a code are sent.</param>
[SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "Suite 3 is this.")]
internal sealed record CipherSuite(int Id, byte Authentication, byte Integrity, int CodeLength)
{
    /// <summary>AES-CBC-128.</summary>
    public const byte Confidentiality = 1;

    public static readonly IReadOnlyList<CipherSuite> All = [new(3, 1, 1, 12), new(17, 3, 4, 16)];

    public byte[] Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes) => Id == 3 ? HMACSHA1.HashData(key, bytes) : HMACSHA256.HashData(key, bytes);
}
