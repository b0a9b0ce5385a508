using System.Security.Cryptography;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>The algorithms of a session (IPMI 2.0, table 22-20).</summary>
internal sealed class CipherSuite
{
    /// <summary>RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128.</summary>
    public static readonly CipherSuite Three = new(3, HashAlgorithmName.SHA1, authentication: 1, integrity: 1, macLength: 20, truncatedLength: 12);

    /// <summary>RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128.</summary>
    public static readonly CipherSuite Seventeen = new(17, HashAlgorithmName.SHA256, authentication: 3, integrity: 4, macLength: 32, truncatedLength: 16);

    private readonly HashAlgorithmName _hash;

    private CipherSuite(int id, HashAlgorithmName hash, byte authentication, byte integrity, int macLength, int truncatedLength)
    {
        Id = id;
        _hash = hash;
        Authentication = authentication;
        Integrity = integrity;
        MacLength = macLength;
        TruncatedLength = truncatedLength;
    }

    public int Id { get; }

    /// <summary>Number of the authentication algorithm (table 13-17).</summary>
    public byte Authentication { get; }

    /// <summary>Number of the integrity algorithm (table 13-18).</summary>
    public byte Integrity { get; }

    /// <summary>Number of the confidentiality algorithm (table 13-19): AES-CBC-128.</summary>
    public const byte Confidentiality = 1;

    /// <summary>Length of a key exchange code, and of the session's keys, in bytes.</summary>
    public int MacLength { get; }

    /// <summary>Length of the code at a packet's end, and of that of RAKP message 4, in bytes.</summary>
    public int TruncatedLength { get; }

    public static IReadOnlyList<CipherSuite> All { get; } = [Seventeen, Three];

    /// <summary>The suite of that number; null when the driver does not speak it.</summary>
    public static CipherSuite? Find(int id) => All.FirstOrDefault(suite => suite.Id == id);

    /// <summary>The keyed hash of the bytes.</summary>
    public byte[] Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes) => CryptographicOperations.HmacData(_hash, key, bytes);

    /// <summary>Writes the keyed hash, which has <see cref="MacLength"/> bytes.</summary>
    public void Mac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> bytes, Span<byte> destination) => CryptographicOperations.HmacData(_hash, key, bytes, destination);

    public override string ToString() => $"cipher suite {Id}";
}
