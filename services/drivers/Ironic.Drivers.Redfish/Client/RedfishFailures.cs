using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ironic.Driver.Sdk;

namespace Ironic.Drivers.Redfish.Client;

/// <summary>A controller has refused a request.</summary>
/// <param name="errorClass">What that means.</param>
/// <param name="message">What it said.</param>
/// <param name="status">The status.</param>
internal sealed class RedfishRefusedException(ErrorClass errorClass, string message, HttpStatusCode status) : DriverException(errorClass, message)
{
    public HttpStatusCode Status { get; } = status;
}

/// <summary>What refusals mean.</summary>
internal static partial class RedfishFailures
{
    private const int MaximumTextLength = 1000;
    private const int MaximumMessages = 5;

    private static readonly string[] BusyMessages =
    [
        "SessionLimitExceeded", "ServiceTemporarilyUnavailable", "ServiceInUnknownState", "ServiceShuttingDown", "ResourceInUse", "InsufficientStorage", "OperationTimeout",
    ];

    /// <summary>The failure that an answer other than a success is.</summary>
    public static RedfishRefusedException Create(RedfishRequest request, RedfishResponse response)
    {
        var said = Describe(response.Body);
        var text = string.Create(CultureInfo.InvariantCulture, $"{request} failed with HTTP {(int)response.Status}{(said.Length == 0 ? "" : $": {said}")}");
        return new RedfishRefusedException(Classify(response), text, response.Status);
    }

    /// <summary>Whether the controller may say something else a little later.</summary>
    public static bool IsTransient(HttpStatusCode status) => status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests;

    /// <summary>What an error's body says for people; empty when it says nothing.</summary>
    public static string Describe(JsonElement? body)
    {
        if (body?.Member("error") is not { } error)
            return "";
        var messages = ReadMessages(error.Items("@Message.ExtendedInfo"));
        if (messages.Count == 0 && (error.Text("message") ?? error.Text("code")) is { } message)
            messages.Add(message);
        var text = string.Join(" ", messages);
        return MaskQueries(text.Length > MaximumTextLength ? text[..MaximumTextLength] + "..." : text);
    }

    /// <summary>The first of a controller's messages, as texts or at least as ids.</summary>
    public static List<string> ReadMessages(IEnumerable<JsonElement> messages) =>
        [.. messages.Select(message => message.Text("Message") ?? message.Text("MessageId")).OfType<string>().Distinct().Take(MaximumMessages)];

    /// <summary>A controller's words without the queries of addresses: it quotes what it refuses, and a query may be what gives access.</summary>
    public static string MaskQueries(string text) => UrlQuery().Replace(text, "?***");

    private static ErrorClass Classify(RedfishResponse response)
    {
        if (response.Body?.Member("error") is { } error && error.Items("@Message.ExtendedInfo").Append(error).Any(IsBusy))
            return ErrorClass.Retryable;
        return response.Status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => ErrorClass.Authentication,
            HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented => ErrorClass.Unsupported,
            HttpStatusCode.Conflict => ErrorClass.Precondition,
            HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => ErrorClass.Retryable,
            HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => ErrorClass.Retryable,
            _ => ErrorClass.Permanent,
        };
    }

    // Base.1.8.SessionLimitExceeded
    private static bool IsBusy(JsonElement info) =>
        (info.Text("MessageId") ?? info.Text("code")) is { } id && BusyMessages.Contains(id[(id.LastIndexOf('.') + 1)..], StringComparer.Ordinal);

    [GeneratedRegex(@"(?<=[a-z][a-z0-9+.-]*://[^\s""<>?]*)\?[^\s'""<>]+", RegexOptions.IgnoreCase)]
    private static partial Regex UrlQuery();
}
