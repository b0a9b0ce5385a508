using System.Text;
using Microsoft.AspNetCore.Http;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Who asks: by a session's token, or by user and password in every request.</summary>
internal static class RedfishAuthentication
{
    private const string Basic = "Basic ";

    /// <summary>Whether a request's credentials are right. Wrong ones are counted, none are not.</summary>
    public static bool Check(RedfishService service, HttpRequest request)
    {
        if (request.Headers["X-Auth-Token"].FirstOrDefault() is { Length: > 0 } token)
            return service.Sessions.Use(token) || Count(service);
        if (request.Headers.Authorization.FirstOrDefault() is not { } authorization || !authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return false;
        return (service.Behaviour.BasicAuthentication && IsRight(service, authorization[Basic.Length..])) || Count(service);
    }

    /// <exception cref="RedfishException">The request's credentials are not right.</exception>
    public static void Require(RedfishRequest request)
    {
        if (!request.IsAuthenticated)
            throw Failure();
    }

    public static RedfishException Failure() => new(401, "NoValidSession", "The request needs the token of a session, or the right user and password.");

    private static bool Count(RedfishService service)
    {
        service.Counters.AuthenticationFailed();
        return false;
    }

    private static bool IsRight(RedfishService service, string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
            return false;
        var text = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon >= 0 && service.Credentials.Match(text[..colon], text[(colon + 1)..]);
    }
}
