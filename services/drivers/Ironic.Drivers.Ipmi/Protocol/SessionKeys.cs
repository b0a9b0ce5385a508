using System.Security.Cryptography;

namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>The keys of an IPMI 2.0 session, made from its session integrity key (IPMI 2.0, section 13.32). Used by one caller at a time.</summary>
internal sealed class SessionKeys : IDisposable
{
    private const int AesKeyLength = 16;

    // Constants 1 and 2 have 20 bytes, whatever the length of the hash.
    private const int ConstantLength = 20;

    private readonly byte[] _integrityKey;

    public SessionKeys(CipherSuite suite, ReadOnlySpan<byte> sessionIntegrityKey)
    {
        Suite = suite;
        Span<byte> constant = stackalloc byte[ConstantLength];
        constant.Fill(1);
        _integrityKey = suite.Mac(sessionIntegrityKey, constant);
        constant.Fill(2);
        var second = suite.Mac(sessionIntegrityKey, constant);
        Cipher = Aes.Create();
        Cipher.Key = second[..AesKeyLength];
        CryptographicOperations.ZeroMemory(second);
    }

    public CipherSuite Suite { get; }

    /// <summary>AES with the session's confidentiality key.</summary>
    public Aes Cipher { get; }

    /// <summary>Writes the code for what it is given, of <see cref="CipherSuite.TruncatedLength"/> bytes.</summary>
    public void Authenticate(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        Span<byte> mac = stackalloc byte[Suite.MacLength];
        Suite.Mac(_integrityKey, bytes, mac);
        mac[..Suite.TruncatedLength].CopyTo(destination);
    }

    /// <summary>Whether <paramref name="code"/> is that of the bytes.</summary>
    public bool Verify(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> code)
    {
        Span<byte> expected = stackalloc byte[Suite.TruncatedLength];
        Authenticate(bytes, expected);
        return CryptographicOperations.FixedTimeEquals(expected, code);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_integrityKey);
        Cipher.Dispose();
    }
}
