namespace Ironic.Conductor.Locks;

/// <summary>The service that keeps the locks cannot be reached or does not answer, so it is not known whether a lock is free. Trying later may help.</summary>
public sealed class LockUnavailableException : Exception
{
    public LockUnavailableException()
        : this("The lock service is unavailable.")
    {
    }

    public LockUnavailableException(string message)
        : base(message)
    {
    }

    public LockUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
