using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Asks a controller which cipher suites it speaks (Get Channel Cipher Suites, IPMI 2.0, section 22.15), which needs no session.</summary>
internal sealed class CipherSuiteQuery(Exchange exchange)
{
    private const byte ThisChannel = 0x0E;
    private const byte ListBySuite = 0x80;
    private const int MaximumBlocks = 64;
    private const int BlockLength = 16;
    private const byte StandardRecord = 0xC0;
    private const byte OemRecord = 0xC1;

    /// <returns>The numbers of the standard suites; null when the controller does not tell.</returns>
    public async Task<IReadOnlySet<int>?> AskAsync(CancellationToken cancellationToken)
    {
        // Once: a controller that says nothing is asked for a session in the old way, and that answer is not worth a wait.
        const int attempts = 1;
        var records = new List<byte>();
        try
        {
            for (byte block = 0; block < MaximumBlocks; block++)
            {
                var request = new IpmiRequest(
                    NetworkFunction.Application, Command.GetChannelCipherSuites, ThisChannel, (byte)PayloadType.IpmiMessage, (byte)(ListBySuite | block));
                var response = await exchange.CommandAsync(SessionlessCodec.Instance, request, bridging: null, attempts, cancellationToken);
                if (response.Code != CompletionCode.Ok || response.Data.Length < 1)
                    return null;
                records.AddRange(response.Data.Span[1..]);
                if (response.Data.Length < 1 + BlockLength)
                    break;
            }
        }
        catch (NoAnswerException)
        {
            return null;
        }

        return Parse(records);
    }

    /// <summary>Reads the records (table 22-18); what is cut off or unknown is left out.</summary>
    internal static HashSet<int> Parse(List<byte> records)
    {
        var suites = new HashSet<int>();
        for (var i = 0; i + 1 < records.Count; i++)
        {
            // Algorithms have bit 7 and 6 other than both set, so a record's start is known by its first byte.
            if (records[i] == StandardRecord)
                suites.Add(records[++i]);
            else if (records[i] == OemRecord)
                i += 4;
        }

        return suites;
    }
}
