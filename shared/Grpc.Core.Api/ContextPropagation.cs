namespace Grpc.Core;

/// <summary>What of a call that is being served goes on to the calls made on its behalf.</summary>
public class ContextPropagationOptions
{
    /// <summary>Deadline and cancellation both go on.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Makes options.</summary>
    public ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
    {
        IsPropagateDeadline = propagateDeadline;
        IsPropagateCancellation = propagateCancellation;
    }

    /// <summary>Whether the deadline goes on.</summary>
    public bool IsPropagateDeadline { get; }

    /// <summary>Whether cancellation goes on.</summary>
    public bool IsPropagateCancellation { get; }
}

/// <summary>Stands for the context of a call that is being served; made by <see cref="ServerCallContext.CreatePropagationToken"/>.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
