namespace Ironic.Drivers.Ipmi.Protocol;

/// <summary>A controller behind the management controller.</summary>
/// <param name="Channel">The channel on which it is.</param>
/// <param name="Address">Its slave address there.</param>
internal readonly record struct BridgeHop(byte Channel, byte Address);

/// <summary>
/// Sends a command on through other controllers by Send Message (IPMI 2.0, section 22.7 and 6.13). The answer comes in the answers to Send Message, or as a
/// message of its own, which depends on the controller.
/// </summary>
/// <param name="Target">Whose command it is.</param>
/// <param name="Transit">A controller between (dual bridging); null: none.</param>
/// <param name="LocalAddress">Where the command comes from; null: as ipmitool says it, a remote console at the first hop and the management controller at the next.</param>
internal sealed record Bridging(BridgeHop Target, BridgeHop? Transit, byte? LocalAddress)
{
    // Bit 6 of the channel: the controller remembers who asked, and sends him the answer.
    private const byte TrackRequest = 0x40;

    /// <summary>The request to the management controller that carries the one to the target.</summary>
    public IpmiRequest Wrap(IpmiRequest request, byte sequence)
    {
        var first = LocalAddress ?? LanMessage.ConsoleAddress;
        return Transit is { } transit
            ? Wrap(Wrap(request, Target, LocalAddress ?? LanMessage.BmcAddress, sequence), transit, first, sequence)
            : Wrap(request, Target, first, sequence);
    }

    /// <summary>Finds the target's answer in a response of the management controller.</summary>
    /// <param name="message">A response to Send Message, or one of its own.</param>
    /// <param name="request">What the target was asked.</param>
    /// <param name="sequence">The sequence number of the question.</param>
    /// <param name="response">The answer, or a hop's refusal.</param>
    /// <returns>false when it is neither: the answer is still to come, or the message is another's.</returns>
    public static bool TryUnwrap(in LanMessage message, IpmiRequest request, byte sequence, out IpmiResponse response)
    {
        response = default;
        var current = message;
        // One level for each hop, and the message itself.
        for (var level = 0; level <= 2; level++)
        {
            if (current.Data.IsEmpty || current.Sequence != sequence)
                return false;
            var code = (CompletionCode)current.Data.Span[0];
            if (current.NetFn == request.NetFn + 1 && current.Command == request.Command && !IsSendMessage(current))
            {
                response = new IpmiResponse(code, current.Data[1..]);
                return true;
            }

            if (!IsSendMessage(current))
                return false;
            if (code != CompletionCode.Ok)
            {
                response = new IpmiResponse(code, current.Data[1..]);
                return true;
            }

            if (!LanMessage.TryDecode(current.Data[1..], out current))
                return false;
        }

        return false;
    }

    private static bool IsSendMessage(in LanMessage message) => message.NetFn == (byte)NetworkFunction.Application + 1 && message.Command == Command.SendMessage;

    private static IpmiRequest Wrap(IpmiRequest request, BridgeHop hop, byte source, byte sequence)
    {
        var inner = new LanMessage(hop.Address, request.NetFn, request.Lun, source, sequence, SourceLun: 0, request.Command, request.Data).Encode();
        return new IpmiRequest(NetworkFunction.Application, Command.SendMessage, [(byte)(hop.Channel | TrackRequest), .. inner]) { Repeatable = request.Repeatable };
    }
}
