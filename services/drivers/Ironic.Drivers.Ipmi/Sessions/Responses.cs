using System.Globalization;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Ipmi.Protocol;

namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>Turns refusals of management controllers into the contract's classes of errors.</summary>
internal static class Responses
{
    /// <exception cref="RetryableException">It is busy.</exception>
    /// <exception cref="BmcAuthenticationException">The privilege level does not suffice.</exception>
    /// <exception cref="HardwarePreconditionException">Not in this state.</exception>
    /// <exception cref="PermanentFailureException">Any other refusal.</exception>
    public static IpmiResponse EnsureSuccess(this IpmiResponse response, string address, string command)
    {
        if (response.Code == CompletionCode.Ok)
            return response;
        var text = $"{address} answers {command} with {response.Code.Describe()}.";
        throw response.Code switch
        {
            _ when response.Code.IsTransient() => new RetryableException(text),
            CompletionCode.DestinationUnavailable => new BmcUnreachableException(text),
            CompletionCode.InsufficientPrivilege => new BmcAuthenticationException(text),
            CompletionCode.NotSupportedInPresentState => new HardwarePreconditionException(text),
            _ => new PermanentFailureException(text),
        };
    }

    /// <exception cref="PermanentFailureException">It has fewer bytes.</exception>
    public static ReadOnlyMemory<byte> RequireData(this IpmiResponse response, int length, string address, string command) => response.Data.Length >= length
        ? response.Data
        : throw new PermanentFailureException(string.Create(
            CultureInfo.InvariantCulture, $"{address} answers {command} with {response.Data.Length} bytes; at least {length} were to be expected."));
}
