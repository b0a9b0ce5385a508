using System.Text;

namespace Ironic.Bench.Load;

/// <summary>
/// Requests that are ready to be sent, taken in turn. Making one costs nothing but the digits of a number that is different each time, where the
/// text has room for it.
/// </summary>
internal sealed class RequestCycle
{
    /// <summary>Room for a number.</summary>
    public const string Number = "1000000000";

    private readonly byte[][] _requests;
    private readonly int[] _positions;
    private int _next;
    private long _number = long.Parse(Number, System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="requests">Each request's bytes; they become this object's own.</param>
    public RequestCycle(IEnumerable<byte[]> requests)
    {
        var number = Encoding.ASCII.GetBytes(Number);
        _requests = [.. requests];
        _positions = [.. _requests.Select(request => request.AsSpan().IndexOf(number))];
    }

    /// <summary>The next request, valid until the one after it.</summary>
    public byte[] Next()
    {
        var index = _next;
        _next = index + 1 == _requests.Length ? 0 : index + 1;
        var request = _requests[index];
        if (_positions[index] >= 0)
            (++_number).TryFormat(request.AsSpan(_positions[index]), out _, provider: System.Globalization.CultureInfo.InvariantCulture);
        return request;
    }
}
