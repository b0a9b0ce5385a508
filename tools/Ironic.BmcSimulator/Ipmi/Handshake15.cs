using System.Buffers.Binary;
using System.Text;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Ipmi.Commands;

namespace Ironic.BmcSimulator.Ipmi;

/// <summary>Sessions of IPMI 1.5: a challenge, its activation, and the packets of the session (IPMI 2.0, sections 22.16 and 22.17).</summary>
/// <param name="controller">Whose sessions they are.</param>
internal sealed class Handshake15(IpmiController controller)
{
    private const int NameLength = 16;
    private const byte InvalidUser = 0x81;
    private const byte NoSlot = 0x81;

    /// <summary>The challenge that begins a session; its data are how it is to be authenticated, and the user's name.</summary>
    public static byte[] Challenge(IpmiController controller, IpmiMessage question)
    {
        if (question.Data.Length != 1 + NameLength)
            return [CompletionCode.InvalidLength];
        if (!controller.Behaviour.Version15 || question.Data[0] is not (Packet15.Md5 or Packet15.Password))
            return [CompletionCode.InvalidField];
        if (Encoding.UTF8.GetString(question.Data.AsSpan(1)).TrimEnd('\0') != controller.User || controller.Meets(FaultKind.WrongCredentials))
        {
            controller.Counters.AuthenticationFailed();
            return [InvalidUser];
        }

        var session = controller.Add(0, suite: null, question.Data[0]);
        var answer = new byte[5 + session.Random.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(1), session.Id);
        session.Random.CopyTo(answer, 5);
        return answer;
    }

    public byte[]? Answer(Packet15 packet, IpmiMessage message)
    {
        if (controller.Find(packet.Session) is not { Suite: null } session)
            return controller.Wrong();
        if (packet.Authentication != session.Authentication || !packet.IsSignedWith(controller.Password))
        {
            controller.Counters.AuthenticationFailed();
            return null;
        }

        var isActivation = message is { NetFn: 6, Command: SessionCommands.ActivateSession };
        if (!isActivation && !session.IsOpen)
            return controller.Wrong();
        var data = isActivation ? Activate(session, message) : controller.Execute(session, message);
        var sequence = session.IsOpen ? session.Sequence++ : 0;
        var answer = Packet15.Wrap(session.Authentication, sequence, session.Id, controller.Password, message.Answer(data));
        if (message is { NetFn: 6, Command: SessionCommands.CloseSession })
            controller.Remove(session);
        return answer;
    }

    private byte[] Activate(IpmiSession session, IpmiMessage message)
    {
        if (message.Data.Length != 22)
            return [CompletionCode.InvalidLength];
        if (!message.Data.AsSpan(2, session.Random.Length).SequenceEqual(session.Random))
            return [CompletionCode.InvalidField];
        if (!session.IsOpen && (controller.OpenSessions >= controller.Slots || controller.Meets(FaultKind.SessionsExhausted)))
        {
            controller.Counters.SessionRefused();
            return [NoSlot];
        }

        // An activation that comes again finds the session open, and its numbers begin anew.
        session.Sequence = BinaryPrimitives.ReadUInt32LittleEndian(message.Data.AsSpan(18));
        controller.Counters.CountRequest();
        controller.Opened(session);
        session.UsedAt = controller.Time.GetUtcNow();
        byte[] answer = [CompletionCode.Ok, session.Authentication, 0, 0, 0, 0, 1, 0, 0, 0, controller.MaximumPrivilege];
        BinaryPrimitives.WriteUInt32LittleEndian(answer.AsSpan(2), session.Id);
        return answer;
    }
}
