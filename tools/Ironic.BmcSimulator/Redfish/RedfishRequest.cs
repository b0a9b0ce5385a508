using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>One request, as the resources see it.</summary>
/// <param name="Service">The service that was asked.</param>
/// <param name="Path">The path, without a slash at the end.</param>
/// <param name="Values">What the variable segments of the path hold, in order; the machine's name is not among them.</param>
/// <param name="Body">The body; empty when there is none.</param>
/// <param name="BaseUrl">Scheme and authority as the caller used them.</param>
internal sealed record RedfishRequest(RedfishService Service, string Path, IReadOnlyList<string> Values, JsonObject Body, Uri BaseUrl)
{
    private readonly SimulatedServer? _server;

    /// <summary>Where a page of a collection starts ($skip).</summary>
    public int Skip { get; init; }

    /// <summary>Whether it came with a session's token or with a user and password that are right.</summary>
    public bool IsAuthenticated { get; init; }

    /// <summary>Whether a fault makes all credentials wrong.</summary>
    public bool CredentialsAreWrong { get; init; }

    /// <summary>Whether a fault leaves no room for a session.</summary>
    public bool SessionsAreFull { get; init; }

    /// <summary>The machine that the path names.</summary>
    public SimulatedServer Server
    {
        get => _server ?? throw new InvalidOperationException($"{Path} names no machine.");
        init => _server = value;
    }

    public RedfishBehaviour Behaviour => Service.Behaviour;

    /// <summary>A text of the body; null when it is absent or null.</summary>
    /// <exception cref="RedfishException">It is something else.</exception>
    public string? Text(string property) => Body[property] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<string>(out var text) => text,
        _ => throw RedfishException.WrongType(property),
    };

    /// <summary>A text of the body that there must be.</summary>
    /// <exception cref="RedfishException">It is absent or something else.</exception>
    public string RequiredText(string property) => Text(property) ?? throw RedfishException.Missing(property);

    /// <summary>A word of the body that must be one of a list; null when it is absent.</summary>
    /// <exception cref="RedfishException">It is another.</exception>
    public string? Word(string property, IReadOnlyList<string> allowed) =>
        Text(property) is not { } word ? null : allowed.Contains(word) ? word : throw RedfishException.Invalid(property, word);

    /// <summary>A truth value of the body; null when it is absent.</summary>
    /// <exception cref="RedfishException">It is something else.</exception>
    public bool? Flag(string property) => Body[property] switch
    {
        null => null,
        JsonValue value when value.TryGetValue<bool>(out var flag) => flag,
        _ => throw RedfishException.WrongType(property),
    };

    /// <summary>The entries of a list of the body, all of them texts; empty when it is absent.</summary>
    /// <exception cref="RedfishException">It is something else.</exception>
    public IReadOnlyList<string> Texts(string property) => Body[property] switch
    {
        null => [],
        JsonArray list => [.. list.Select(entry => Json.TextOf(entry) ?? throw RedfishException.WrongType(property))],
        _ => throw RedfishException.WrongType(property),
    };

    /// <summary>The same request with a part of its body as the body.</summary>
    /// <exception cref="RedfishException">That part is no object.</exception>
    public RedfishRequest Inside(string property) => this with { Body = Body[property] as JsonObject ?? throw RedfishException.WrongType(property) };

    /// <summary>Refuses properties that nobody can change here.</summary>
    /// <exception cref="RedfishException">There is one.</exception>
    public void AllowOnly(params ReadOnlySpan<string> properties)
    {
        foreach (var (name, _) in Body)
        {
            if (!properties.Contains(name) && !name.Contains('@', StringComparison.Ordinal))
                throw RedfishException.ReadOnly(name);
        }
    }
}

/// <summary>One answer.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">What is in it; null: nothing.</param>
internal sealed record RedfishResponse(int Status, JsonObject? Body = null)
{
    public static readonly RedfishResponse NoContent = new(204);

    /// <summary>For the header Location; null: none.</summary>
    public string? Location { get; init; }

    /// <summary>For the header X-Auth-Token; null: none.</summary>
    public string? Token { get; init; }

    /// <summary>For the header Retry-After, in seconds; null: none.</summary>
    public int? RetryAfter { get; init; }

    public static RedfishResponse Ok(JsonObject body) => new(200, body);

    public static RedfishResponse Created(JsonObject body) => new(201, body) { Location = (string?)body["@odata.id"] };
}
