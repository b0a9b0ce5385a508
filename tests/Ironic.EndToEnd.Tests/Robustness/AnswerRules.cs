using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Robustness;

/// <summary>What any answer to any request may be: a success, or a refusal in one of Ironic's shapes.</summary>
internal static class AnswerRules
{
    /// <summary>Why the answer is none of these; null when it is.</summary>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">The answer; null when the server ended the connection instead.</param>
    /// <param name="secret">What no answer may have.</param>
    public static string? FindFault(FuzzedRequest request, RawAnswer? answer, string secret)
    {
        if (answer is null)
            return request.IsHttp ? "the connection was closed without an answer" : null;
        if (answer.Text.Contains(secret, StringComparison.Ordinal) || answer.Headers.Any(header => header.Contains(secret, StringComparison.Ordinal)))
            return "the answer has a secret";
        // The HTTP server answers what is no HTTP by itself.
        if (!request.IsHttp && answer.Status is >= 400 and < 500 or 501 or 505 && answer.Body.Length == 0)
            return null;
        if (answer.Status is >= 500 or < 200)
            return "the status is neither success nor refusal";
        if (answer.Status < 400)
            return FindFaultOfSuccess(answer);
        return request.IsHead ? null : FindFaultOfError(answer);
    }

    private static string? FindFaultOfSuccess(RawAnswer answer)
    {
        if (answer.Status is not (200 or 201 or 202 or 204))
            return "the status is no success that the API has";
        if (answer.Body.Length == 0 || answer.Header("Content-Type") == "application/octet-stream")
            return null;
        if (answer.IsStream)
            return answer.Text.StartsWith("id: ", StringComparison.Ordinal) ? null : "the stream does not begin with a cursor";
        return IsJson(answer.Body, out _) ? null : "the body is no JSON";
    }

    private static string? FindFaultOfError(RawAnswer answer)
    {
        if (answer.Header("Content-Type") != "application/json" || !IsJson(answer.Body, out var outer) || outer.ValueKind != JsonValueKind.Object)
            return "the error is no JSON object";
        var names = Names(outer);
        // The guard of sizes stands outside of what wraps errors.
        if (answer.Status is 400 or 413 && names == "faultcode faultstring")
            return null;
        if (names != "error_message" || outer.GetProperty("error_message") is not { ValueKind: JsonValueKind.String } message)
            return "the error has not just error_message, a text";
        if (!IsJson(System.Text.Encoding.UTF8.GetBytes(message.GetString()!), out var inner))
            // The router speaks HTML or plain text to who asks for it.
            return message.GetString()!.Contains(answer.Status.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal) ? null : "error_message is neither JSON nor says the status";
        return Names(inner) switch
        {
            "debuginfo faultcode faultstring" => inner.GetProperty("faultcode").GetString() == "Client" ? null : "faultcode is not Client",
            "code description title" => inner.GetProperty("code").GetInt32() == answer.Status ? null : "code is not the status",
            _ => "error_message has other members",
        };
    }

    private static string Names(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));

    private static bool IsJson(byte[] bytes, out JsonElement json)
    {
        try
        {
            json = JsonSerializer.Deserialize<JsonElement>(bytes);
            return true;
        }
        catch (JsonException)
        {
            json = default;
            return false;
        }
    }
}
