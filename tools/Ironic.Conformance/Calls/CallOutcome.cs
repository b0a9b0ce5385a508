using Google.Protobuf;
using Grpc.Core;
using Ironic.Driver.V1;

namespace Ironic.Conformance.Calls;

/// <summary>How a call ended.</summary>
/// <param name="Messages">What was answered until then.</param>
/// <param name="Failure">Null when it ended well.</param>
internal sealed record CallOutcome(IReadOnlyList<IMessage> Messages, RpcException? Failure)
{
    public bool IsOk => Failure is null;

    public StatusCode Code => Failure?.StatusCode ?? StatusCode.OK;

    public ErrorClass Class => Failure is null ? ErrorClass.Unspecified : ErrorTable.Find(Failure);

    /// <summary>Whether the method itself answered that it does not exist: the library of the server, not the driver.</summary>
    public bool IsNotServed => Code == StatusCode.Unimplemented && Class == ErrorClass.Unspecified;

    /// <summary>The progress of each message, in order.</summary>
    public IReadOnlyList<Progress?> Progress => [.. Messages.Select(message => message.Descriptor.FindFieldByName("progress")?.Accessor.GetValue(message) as Progress)];

    /// <summary>All texts that the caller can see.</summary>
    public string Text => string.Join('\n', Messages.Select(message => message.ToString())) + "\n" + Failure?.Status.Detail + "\n"
        + string.Join('\n', Failure?.Trailers.Select(entry => entry.IsBinary ? System.Text.Encoding.UTF8.GetString(entry.ValueBytes) : entry.Value) ?? []);

    /// <summary>As it is said of a call that was to end otherwise.</summary>
    public override string ToString() => Failure is null
        ? "it ended well"
        : $"it ended with {Code}{(Class == ErrorClass.Unspecified ? " without a class" : $" and the class {ErrorTable.Name(Class)}")}: {Shorten(Failure.Status.Detail)}";

    /// <summary>Whether a caller that repeats the call has got the same.</summary>
    public bool IsSameAs(CallOutcome other) =>
        Code == other.Code && Class == other.Class && Failure?.Status.Detail == other.Failure?.Status.Detail
        && (Messages.Count == 0 ? other.Messages.Count == 0 : other.Messages.Count > 0 && Messages[^1].Equals(other.Messages[^1]));

    private static string Shorten(string text) => text.Length <= 200 ? text : text[..200] + "...";
}
