using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Ironic.Conductor.Cluster;

/// <summary>
/// Which of several hosts a key belongs to: consistent hashing by MD5, with the rules of Ironic's ring (tooz), so that both place a node
/// on the same host.
/// </summary>
internal sealed class HashRing
{
    private readonly BigInteger[] _points;
    private readonly string[] _hosts;

    /// <param name="hosts">At least one.</param>
    /// <param name="partitions">Points of each host on the ring. Ironic: 2 to the power of <c>hash_partition_exponent</c>.</param>
    public HashRing(IEnumerable<string> hosts, int partitions = 32)
    {
        var ring = new SortedDictionary<BigInteger, string>();
        foreach (var host in hosts)
        {
            using var hash = IncrementalHash.CreateHash(Algorithm);
            var name = Encoding.UTF8.GetBytes(host);
            hash.AppendData(name);
            for (var i = 0; i < partitions; i++)
            {
                hash.AppendData(name);
                ring[Number(hash.GetCurrentHash())] = host;
            }
        }

        _points = [.. ring.Keys];
        _hosts = [.. ring.Values];
    }

    // Placement, not security: the algorithm is the one that the running system has always had.
    private static HashAlgorithmName Algorithm => HashAlgorithmName.MD5;

    /// <summary>The host of a key.</summary>
    public string Find(string key)
    {
        if (_hosts.Length == 0)
            throw new InvalidOperationException("The ring has no hosts.");
#pragma warning disable CA5351 // Placement, not security.
        var at = Array.BinarySearch(_points, Number(MD5.HashData(Encoding.UTF8.GetBytes(key))));
#pragma warning restore CA5351
        // As bisect: a key on a point belongs to the next one.
        var next = at >= 0 ? at + 1 : ~at;
        return _hosts[next < _hosts.Length ? next : 0];
    }

    private static BigInteger Number(byte[] hash) => BigInteger.Parse("0" + Convert.ToHexString(hash), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
