using System.Buffers.Binary;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;
using Ironic.Drivers.Ipmi.Sessions;

namespace Ironic.Drivers.Ipmi.Commands;

/// <summary>Switches the serial console on and off in the session that the commands come in (IPMI 2.0, sections 24.1, 24.2 and 24.4).</summary>
internal static class PayloadCommands
{
    private const byte Instance = 1;

    // Encrypted and authenticated as the session is; alerts over a shared serial port succeed meanwhile (table 24-2).
    private const byte Auxiliary = 0x80 | 0x40 | 0x08;

    private const CompletionCode AlreadyActive = (CompletionCode)0x80;
    private const CompletionCode AlreadyInactive = (CompletionCode)0x80;
    private const CompletionCode Disabled = (CompletionCode)0x81;
    private const CompletionCode LimitReached = (CompletionCode)0x82;
    private const CompletionCode NotEncrypted = (CompletionCode)0x83;

    /// <summary>Activates it. As in Ironic, whoever else has it loses it: mostly a console that nobody has closed.</summary>
    /// <param name="port">The UDP port at which the controller is spoken to.</param>
    /// <returns>How many characters the controller takes in a packet.</returns>
    /// <exception cref="DriverException">It refuses, or wants the console to be at another port.</exception>
    public static async Task<int> ActivateSolAsync(this IIpmiChannel channel, int port)
    {
        const string name = "Activate Payload";
        var response = await SendAsync();
        if (response.Code == AlreadyActive)
        {
            await channel.DeactivateSolAsync();
            response = await SendAsync();
        }

        if (Refuse(response.Code, channel.Address) is { } refusal)
            throw refusal;
        var data = response.EnsureSuccess(channel.Address, name).RequireData(10, channel.Address, name);
        var named = BinaryPrimitives.ReadUInt16LittleEndian(data.Span[8..]);
        // Controllers behind a forwarded port name the one that they know of, and some leave the field empty.
        if (named != port && named is not (0 or Rmcp.DefaultPort))
        {
            await channel.DeactivateSolAsync();
            throw new PermanentFailureException($"{channel.Address} has its serial console at UDP port {named}, which needs a second session: that is not supported.");
        }

        return Math.Clamp(BinaryPrimitives.ReadUInt16LittleEndian(data.Span[4..]) - SolPacket.HeaderLength, 1, SolPacket.MaximumText);

        Task<IpmiResponse> SendAsync() => channel.ExecuteAsync(
            new IpmiRequest(NetworkFunction.Application, Command.ActivatePayload, (byte)PayloadType.SerialOverLan, Instance, Auxiliary, 0, 0, 0));
    }

    /// <summary>Deactivates it, whoever has activated it; that it is inactive is no error.</summary>
    /// <exception cref="DriverException">The controller refuses.</exception>
    public static async Task DeactivateSolAsync(this IIpmiChannel channel)
    {
        var response = await channel.ExecuteAsync(
            new IpmiRequest(NetworkFunction.Application, Command.DeactivatePayload, (byte)PayloadType.SerialOverLan, Instance, 0, 0, 0, 0));
        if (response.Code != AlreadyInactive)
            response.EnsureSuccess(channel.Address, "Deactivate Payload");
    }

    /// <summary>Whether it is active; true also when the controller answers without telling.</summary>
    /// <exception cref="BmcUnreachableException">It does not answer.</exception>
    public static async Task<bool> IsSolActiveAsync(this IIpmiChannel channel)
    {
        const int firstInstances = 1;
        var response = await channel.ExecuteAsync(new IpmiRequest(NetworkFunction.Application, Command.GetPayloadActivationStatus, (byte)PayloadType.SerialOverLan));
        return response.Code != CompletionCode.Ok || response.Data.Length <= firstInstances || (response.Data.Span[firstInstances] & Instance) != 0;
    }

    private static DriverException? Refuse(CompletionCode code, string address) => code switch
    {
        AlreadyActive or LimitReached => new RetryableException($"{address} gives its serial console to somebody else: {code.Describe()}."),
        Disabled => new PermanentFailureException($"{address} has its serial console switched off, or not allowed to this user: {code.Describe()}."),
        NotEncrypted => new PermanentFailureException($"{address} cannot encrypt its serial console: {code.Describe()}."),
        _ => null,
    };
}
