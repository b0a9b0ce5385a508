using Ironic.Hosting.Errors;

namespace Ironic.Conductor.Nodes;

/// <summary>What a node's <c>last_error</c> may say of an exception.</summary>
internal static class WorkErrors
{
    /// <summary>The message of an error that was made for callers; of any other only its type, since its message may hold anything.</summary>
    public static string Text(Exception exception) => exception switch
    {
        IronicException e => e.Message,
        OperationCanceledException => "The work was cancelled.",
        _ => $"Internal error ({exception.GetType().Name}); the conductor's log has more.",
    };
}
