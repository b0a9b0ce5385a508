namespace Ironic.Contracts.Tests.GrpcContracts.Probe;

/// <summary>How long a test waits for what should happen at once.</summary>
internal static class TimeLimit
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static Task WithinLimit(this Task task) => task.WaitAsync(Limit);

    public static Task<T> WithinLimit<T>(this Task<T> task) => task.WaitAsync(Limit);
}
