using System.Globalization;
using System.Text;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>A request that somebody might send, whatever he means by it.</summary>
/// <param name="Bytes">All of it, as it goes over the wire.</param>
/// <param name="IsHead">The answer has no body.</param>
/// <param name="IsHttp">The HTTP server has to understand it, so that an answer must come from the API; else it may refuse it itself.</param>
/// <param name="IsCutOff">More is announced than comes: the caller leaves in the middle.</param>
internal sealed record FuzzedRequest(byte[] Bytes, bool IsHead, bool IsHttp, bool IsCutOff)
{
    /// <summary>The request for a failure's message.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var value in Bytes.Take(4000))
            text.Append(value is >= 32 and < 127 or (byte)'\n' ? ((char)value).ToString() : value == '\r' ? "" : string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"));
        return Bytes.Length > 4000 ? text.Append(CultureInfo.InvariantCulture, $"… ({Bytes.Length} bytes)").ToString() : text.ToString();
    }
}

/// <summary>Makes requests out of the contract's routes and a seed; the same seed makes the same request.</summary>
internal sealed class RequestFuzzer
{
    private static readonly string[] Verbs = ["GET", "GET", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "get", "X-Y"];

    private static readonly string[] Versions =
        ["1.1", "1.4", "1.9", "1.30", "1.82", "1.115", "latest", "LATEST", "1.116", "1.0", "2.1", "0.9", "1", "1.", ".1", "1.1.1", "-1.1", "1.99999999999999999999", "one.two", "", " ", "1.05", "1. 5", "baremetal 1.82", "é"];

    private static readonly string[] MediaTypes =
        ["application/json", "application/json", "application/json", "application/json; charset=utf-8", "application/json-patch+json", "text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "application/octet-stream", "a", "/", ";", "application/grpc"];

    private static readonly string[] Accepts =
        ["application/json", "*/*", "text/html", "text/plain", "application/xml", "application/json;q=0", "text/*;q=0.5, application/json;q=0.1", "q", ",", "*/*;q=x", ""];

    private readonly Random _random;
    private readonly IReadOnlyList<string> _names;
    private readonly JsonFuzzer _json;
    private bool _isHttp = true;

    private RequestFuzzer(int seed, IReadOnlyList<string> names, string secret)
    {
        _random = new Random(seed);
        _names = names;
        _json = new JsonFuzzer(_random, names, secret);
    }

    /// <summary>Makes the request of a seed.</summary>
    /// <param name="seed">Decides everything.</param>
    /// <param name="names">Names and UUIDs of resources that exist.</param>
    /// <param name="secret">A text that is sent only where a secret belongs.</param>
    public static FuzzedRequest Create(int seed, IReadOnlyList<string> names, string secret)
    {
        var fuzzer = new RequestFuzzer(seed, names, secret);
        return fuzzer._random.Next(12) == 0 ? fuzzer.Garbage() : fuzzer.Request();
    }

    private FuzzedRequest Request()
    {
        var route = _random.Next(12) == 0 ? null : FuzzRoute.All[_random.Next(FuzzRoute.All.Count)];
        var verb = route is null || _random.Next(10) == 0 ? Verbs[_random.Next(Verbs.Length)] : route.Verb;
        var head = new StringBuilder().Append(verb).Append(' ').Append(Target(route)).Append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        AddHeaders(head);
        var body = route?.Body.Length > 0 || _random.Next(6) == 0 ? _json.Body(route) : [];
        var isChunked = body.Length > 0 && _random.Next(4) == 0;
        if (isChunked)
            head.Append("Transfer-Encoding: chunked\r\n");
        else if (body.Length > 0 || _random.Next(2) == 0)
            head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        head.Append("\r\n");
        return new FuzzedRequest([.. Encoding.UTF8.GetBytes(head.ToString()), .. isChunked ? Chunks(body) : body], verb == "HEAD", _isHttp, IsCutOff: false);
    }

    private string Target(FuzzRoute? route)
    {
        var segments = route?.Segments.Select(segment => segment ?? Segment()) ?? Enumerable.Range(0, _random.Next(6)).Select(_ => Escape(_json.Word()));
        var path = new StringBuilder();
        foreach (var segment in segments)
            path.Append(_random.Next(40) == 0 ? "//" : "/").Append(_random.Next(25) == 0 ? Escape(_json.Word()) : segment);
        if (path.Length == 0 || _random.Next(15) == 0)
            path.Append('/');
        if (_random.Next(20) == 0)
            path.Append(".json");
        if (_random.Next(60) == 0)
            path.Append('/').Append(new string('p', _random.Next(1, 5000)));
        if (_random.Next(3) == 0)
            path.Append(Query(route));
        // Nor does it read a longer line.
        _isHttp &= path.Length < 8000;
        return path.ToString();
    }

    private string Segment() => _random.Next(5) == 0 ? Escape(_json.Word()) : _names[_random.Next(_names.Count)];

    private string Query(FuzzRoute? route)
    {
        string[] common = ["fields", "detail", "limit", "marker", "sort_key", "sort_dir", "associated", "target", "reason", "timeout", "node_uuid", "method", "nothing"];
        var parts = Enumerable.Range(0, _random.Next(1, 5)).Select(_ =>
        {
            var own = route?.Request.Fields.InFieldNumberOrder();
            var name = own is { Count: > 0 } && _random.Next(2) == 0 ? FuzzRoute.NameOf(own[_random.Next(own.Count)]) : common[_random.Next(common.Length)];
            return _random.Next(8) switch { 0 => Escape(_json.Word()), 1 => name, _ => $"{name}={Escape(_json.Word())}" };
        });
        return "?" + string.Join(_random.Next(10) == 0 ? ";" : "&", parts) + (_random.Next(10) == 0 ? "#fragment" : "");
    }

    // Escaped as it should be, half, wrongly, or with bytes that are no text.
    private string Escape(string text) => _random.Next(100) switch
    {
        0 => Unread(text),
        1 => Unread("%00a"),
        < 6 => "%ff%fe",
        < 11 => "%c0%af..%c0%af",
        < 16 => "%zz%1%",
        _ => Uri.EscapeDataString(text.Replace("\0", "", StringComparison.Ordinal)),
    };

    // What the HTTP server itself refuses in a request line: blanks, control characters, NULs and what is not ASCII.
    private string Unread(string text)
    {
        _isHttp &= !text.Any(letter => letter is <= ' ' or >= (char)127) && !text.Contains("%00", StringComparison.Ordinal);
        return text;
    }

    private void AddHeaders(StringBuilder head)
    {
        if (_random.Next(6) > 0)
            head.Append("X-OpenStack-Ironic-API-Version: ").Append(_random.Next(5) > 0 ? "latest" : Text(Versions)).Append("\r\n");
        if (_random.Next(30) == 0)
            head.Append("OpenStack-API-Version: baremetal ").Append(Text(Versions)).Append("\r\n");
        if (_random.Next(10) > 0)
            head.Append("Content-Type: ").Append(Text(MediaTypes)).Append("\r\n");
        if (_random.Next(3) > 0)
            head.Append("Accept: ").Append(_random.Next(4) > 0 ? Accepts[0] : Text(Accepts)).Append("\r\n");
        if (_random.Next(15) == 0)
            head.Append("X-Auth-Token: ").Append(Guid.Empty).Append("\r\n");
        if (_random.Next(15) == 0)
            head.Append("Openstack-Request-Id: ").Append(new string('r', _random.Next(200))).Append("\r\n");
        if (_random.Next(15) == 0)
            head.Append("Forwarded: for=x\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: javascript\r\n");
        if (_random.Next(20) == 0)
            head.Append("X-Many: ").Append(new string('h', _random.Next(8000))).Append("\r\n");
        if (_random.Next(20) == 0)
            head.Append("Expect: 100-continue\r\n");
        if (_random.Next(30) == 0)
            head.Append("Connection: close\r\n");
        if (_random.Next(30) == 0)
            head.Append("X-HTTP-Method-Override: DELETE\r\nRange: bytes=0-1\r\nIf-None-Match: *\r\n");
    }

    private string Text(string[] texts) => texts[_random.Next(texts.Length)];

    private byte[] Chunks(byte[] body)
    {
        using var chunks = new MemoryStream();
        for (var start = 0; start < body.Length;)
        {
            var length = Math.Min(body.Length - start, _random.Next(1, 5000));
            chunks.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{length:x}{(_random.Next(5) == 0 ? ";ext=1" : "")}\r\n")));
            chunks.Write(body, start, length);
            chunks.Write("\r\n"u8);
            start += length;
        }

        chunks.Write("0\r\n\r\n"u8);
        return chunks.ToArray();
    }

    // No HTTP, or such that one side is told lies about it.
    private FuzzedRequest Garbage()
    {
        var bytes = new byte[_random.Next(1, 2000)];
        _random.NextBytes(bytes);
        const string get = "GET /v1/nodes HTTP/1.1\r\nHost: x\r\n";
        const string post = "POST /v1/nodes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        var kind = _random.Next(19);
        var text = kind switch
        {
            0 => "GET\r\n\r\n",
            1 => "GET /v1/nodes\r\n\r\n",
            2 => "GET /v1/nodes HTTP/9.9\r\nHost: x\r\n\r\n",
            3 => "GET /v1/nodes HTTP/1.1\r\n\r\n",
            4 => get + "Host: y\r\n\r\n",
            5 => get + string.Concat(Enumerable.Range(0, _random.Next(101, 400)).Select(i => $"X-{i}: {i}\r\n")) + "\r\n",
            6 => get + "X-Large: " + new string('x', 40_000) + "\r\n\r\n",
            7 => "GET /" + new string('a', 10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n",
            8 => post + "Content-Length: 100\r\n\r\n{\"driver\"",
            9 => post + "Content-Length: -1\r\n\r\n{}",
            10 => post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
            11 => post + "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            12 => post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
            13 => post + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}",
            14 => post + "Transfer-Encoding: gzip\r\n\r\n",
            15 => get + "Bad Header: 1\r\n: 2\r\nNo colon\r\n\r\n",
            16 => "GET http://user:pass@other.example/v1/nodes HTTP/1.1\r\nHost: x\r\n\r\n",
            17 => "CONNECT other.example:80 HTTP/1.1\r\nHost: other.example:80\r\n\r\n",
            _ => "",
        };
        return new FuzzedRequest(text.Length > 0 ? Encoding.Latin1.GetBytes(text) : bytes, IsHead: false, IsHttp: false, IsCutOff: kind is 8 or 18);
    }
}
