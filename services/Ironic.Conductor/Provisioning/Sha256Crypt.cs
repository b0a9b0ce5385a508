using System.Security.Cryptography;
using System.Text;

namespace Ironic.Conductor.Provisioning;

/// <summary>
/// Hashes passwords as <c>crypt(3)</c> does with the method <c>$5$</c>, for <c>/etc/shadow</c> of a rescue system: Ulrich Drepper's
/// "Unix crypt using SHA-256 and SHA-512", version 0.6, with the default of 5,000 rounds.
/// </summary>
internal static class Sha256Crypt
{
    private const int Rounds = 5000;
    private const int DigestLength = 32;
    private const int SaltLength = 16;
    private const string Alphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /// <summary>The hash with a new random salt.</summary>
    public static string Hash(string password) => Hash(password, RandomNumberGenerator.GetString(Alphabet, SaltLength));

    /// <param name="salt">1 to 16 characters of the crypt alphabet.</param>
    internal static string Hash(string password, string salt)
    {
        var key = Encoding.UTF8.GetBytes(password);
        var saltBytes = Encoding.ASCII.GetBytes(salt);
        var inner = SHA256.HashData([.. key, .. saltBytes, .. key]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(key);
        hash.AppendData(saltBytes);
        AppendRepeated(hash, inner, key.Length);
        for (var bits = key.Length; bits > 0; bits >>= 1)
            hash.AppendData((bits & 1) != 0 ? inner : key);
        var digest = hash.GetHashAndReset();

        for (var i = 0; i < key.Length; i++)
            hash.AppendData(key);
        var p = Repeat(hash.GetHashAndReset(), key.Length);
        for (var i = 0; i < 16 + digest[0]; i++)
            hash.AppendData(saltBytes);
        var s = Repeat(hash.GetHashAndReset(), saltBytes.Length);

        for (var round = 0; round < Rounds; round++)
        {
            hash.AppendData((round & 1) != 0 ? p : digest);
            if (round % 3 != 0)
                hash.AppendData(s);
            if (round % 7 != 0)
                hash.AppendData(p);
            hash.AppendData((round & 1) != 0 ? digest : p);
            digest = hash.GetHashAndReset();
        }

        return $"$5${salt}${Encode(digest)}";
    }

    private static void AppendRepeated(IncrementalHash hash, byte[] block, int length)
    {
        for (; length > block.Length; length -= block.Length)
            hash.AppendData(block);
        hash.AppendData(block, 0, length);
    }

    private static byte[] Repeat(byte[] block, int length)
    {
        var result = new byte[length];
        for (var i = 0; i < length; i++)
            result[i] = block[i % DigestLength];
        return result;
    }

    // Three bytes at a time, in an order of the specification's own; 6 bits a character, the lowest first.
    private static string Encode(byte[] digest)
    {
        var text = new StringBuilder(43);
        for (var i = 0; i < 10; i++)
        {
            // The triples turn: 0-10-20, 21-1-11, 12-22-2, 3-13-23, ...
            var (a, b, c) = (i % 3) switch
            {
                0 => (i, i + 10, i + 20),
                1 => (i + 20, i, i + 10),
                _ => (i + 10, i + 20, i),
            };
            Append(text, (digest[a] << 16) | (digest[b] << 8) | digest[c], 4);
        }

        Append(text, (digest[31] << 8) | digest[30], 3);
        return text.ToString();
    }

    private static void Append(StringBuilder text, int value, int characters)
    {
        for (; characters > 0; characters--, value >>= 6)
            text.Append(Alphabet[value & 0x3f]);
    }
}
