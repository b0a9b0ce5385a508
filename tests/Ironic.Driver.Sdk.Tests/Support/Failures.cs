using Grpc.Core;
using Ironic.Protos;

namespace Ironic.Driver.Sdk.Tests.Support;

/// <summary>Asserts about how calls fail.</summary>
internal static class Failures
{
    /// <summary>The call fails with a class and the gRPC code that goes with it.</summary>
    public static async Task<RpcException> FailsAsync(V1.ErrorClass expected, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(DriverHost.Limit));
        Assert.Equal(($"{expected}", Codes[expected]), ($"{ClassOf(exception)}", exception.StatusCode));
        return exception;
    }

    /// <summary>The call fails with a bare status, as calls do that were ended from outside.</summary>
    public static async Task<RpcException> EndsAsync(StatusCode expected, Func<Task> call)
    {
        var exception = await Assert.ThrowsAsync<RpcException>(() => call().WaitAsync(DriverHost.Limit));
        Assert.Equal(expected, exception.StatusCode);
        Assert.Null(StatusDetails.FindReason(exception, StatusDetails.DriverDomain));
        return exception;
    }

    public static V1.ErrorClass ClassOf(RpcException exception)
    {
        var reason = StatusDetails.FindReason(exception, StatusDetails.DriverDomain);
        Assert.NotNull(reason);
        return V1.CommonReflection.Descriptor.EnumTypes.Single(type => type.Name == nameof(V1.ErrorClass)).FindValueByName($"ERROR_CLASS_{reason}") is { } value
            ? (V1.ErrorClass)value.Number
            : throw new InvalidOperationException($"{reason} is no class.");
    }

    /// <summary>SPEC.md, section 6.</summary>
    private static readonly Dictionary<V1.ErrorClass, StatusCode> Codes = new()
    {
        [V1.ErrorClass.InvalidParameter] = StatusCode.InvalidArgument,
        [V1.ErrorClass.MissingParameter] = StatusCode.InvalidArgument,
        [V1.ErrorClass.Unsupported] = StatusCode.Unimplemented,
        [V1.ErrorClass.Retryable] = StatusCode.Unavailable,
        [V1.ErrorClass.BmcUnreachable] = StatusCode.Unavailable,
        [V1.ErrorClass.Authentication] = StatusCode.PermissionDenied,
        [V1.ErrorClass.Precondition] = StatusCode.FailedPrecondition,
        [V1.ErrorClass.Permanent] = StatusCode.Unknown,
        [V1.ErrorClass.StaleEpoch] = StatusCode.Aborted,
        [V1.ErrorClass.Internal] = StatusCode.Internal,
    };
}
