using System.Security.Cryptography;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>A session of a controller, from the first packet that asks for one.</summary>
/// <param name="id">What the console calls it by.</param>
/// <param name="console">What the controller calls the console's end by.</param>
/// <param name="suite">How it is protected; null: IPMI 1.5.</param>
internal sealed class IpmiSession(uint id, uint console, CipherSuite? suite) : IDisposable
{
    private const int RandomLength = 16;
    private const int AnswersKept = 8;

    private readonly Queue<(byte Sequence, byte[] Request, byte[] Answer)> _answers = new();

    public uint Id => id;

    public uint Console => console;

    public CipherSuite? Suite => suite;

    public byte[] Random { get; } = RandomNumberGenerator.GetBytes(RandomLength);

    public byte[] ConsoleRandom { get; set; } = [];

    /// <summary>Role, length of the user's name, and the name, as they are signed.</summary>
    public byte[] NameAndRole { get; set; } = [];

    /// <summary>IPMI 1.5: how its packets are authenticated.</summary>
    public byte Authentication { get; init; }

    /// <summary>The keys, from when it is open (IPMI 2.0).</summary>
    public SessionKeys? Keys { get; set; }

    public bool IsOpen { get; set; }

    public byte Privilege { get; set; } = 2;

    /// <summary>The number of the last packet that was sent in it.</summary>
    public uint Sequence { get; set; }

    public DateTimeOffset UsedAt { get; set; }

    /// <summary>The console redirected by it; null: none.</summary>
    public SolConsole? Sol { get; set; }

    /// <summary>What was answered to this request before: a request that comes again is answered, but not done again.</summary>
    public byte[]? FindAnswer(IpmiMessage request)
    {
        foreach (var (sequence, text, answer) in _answers)
        {
            if (sequence == request.Sequence && text.AsSpan().SequenceEqual(Text(request)))
                return answer;
        }

        return null;
    }

    public void KeepAnswer(IpmiMessage request, byte[] answer)
    {
        if (_answers.Count == AnswersKept)
            _answers.Dequeue();
        _answers.Enqueue((request.Sequence, Text(request), answer));
    }

    public void Dispose()
    {
        Sol?.Dispose();
        Keys?.Dispose();
    }

    private static byte[] Text(IpmiMessage request) => [request.NetFn, request.Command, .. request.Data];
}
