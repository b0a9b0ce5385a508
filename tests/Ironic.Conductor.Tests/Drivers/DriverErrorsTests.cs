using System.Net.Sockets;
using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Conductor.Drivers;
using Ironic.Driver.V1;
using Ironic.Protos;

namespace Ironic.Conductor.Tests.Drivers;

public sealed class DriverErrorsTests
{
    [Theory]
    [InlineData("INVALID_PARAMETER", ErrorReason.InvalidParameterValue)]
    [InlineData("MISSING_PARAMETER", ErrorReason.MissingParameterValue)]
    [InlineData("UNSUPPORTED", ErrorReason.UnsupportedDriverExtension)]
    [InlineData("RETRYABLE", ErrorReason.VendorPassthruFailure)]
    [InlineData("BMC_UNREACHABLE", ErrorReason.VendorPassthruFailure)]
    [InlineData("AUTHENTICATION", ErrorReason.VendorPassthruFailure)]
    [InlineData("PRECONDITION", ErrorReason.VendorPassthruFailure)]
    [InlineData("PERMANENT", ErrorReason.VendorPassthruFailure)]
    [InlineData("STALE_EPOCH", ErrorReason.LockLost)]
    [InlineData("INTERNAL", ErrorReason.VendorPassthruFailure)]
    [InlineData("OF_A_LATER_VERSION", ErrorReason.VendorPassthruFailure)]
    public void The_class_that_the_driver_gives_decides(string reason, ErrorReason expected)
    {
        var exception = StatusDetails.CreateException(StatusCode.Unknown, "what happened", StatusDetails.DriverDomain, reason);
        var translated = DriverErrors.Translate(exception, "fake", ErrorReason.VendorPassthruFailure);
        Assert.Equal((expected, "what happened"), (translated.Reason, translated.Message));
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, ErrorClass.InvalidParameter)]
    [InlineData(StatusCode.OutOfRange, ErrorClass.InvalidParameter)]
    [InlineData(StatusCode.Unimplemented, ErrorClass.Unsupported)]
    [InlineData(StatusCode.FailedPrecondition, ErrorClass.Precondition)]
    [InlineData(StatusCode.Unauthenticated, ErrorClass.Internal)]
    [InlineData(StatusCode.PermissionDenied, ErrorClass.Internal)]
    [InlineData(StatusCode.ResourceExhausted, ErrorClass.Retryable)]
    [InlineData(StatusCode.Internal, ErrorClass.Internal)]
    [InlineData(StatusCode.Unavailable, ErrorClass.Unspecified)]
    public void A_bare_status_stands_for_a_class(StatusCode code, ErrorClass expected) =>
        Assert.Equal(expected, DriverErrors.Classify(new RpcException(new Status(code, "x"))));

    [Theory]
    [InlineData(StatusCode.Unauthenticated)]
    [InlineData(StatusCode.PermissionDenied)]
    public void A_driver_that_does_not_trust_the_conductor_is_told_from_a_management_controller_that_refuses_the_credentials(StatusCode code)
    {
        var bare = DriverErrors.Translate(new RpcException(new Status(code, "no such client")), "fake");
        Assert.Equal((ErrorReason.DriverFailure, "The driver fake does not trust this conductor: no such client"), (bare.Reason, bare.Message));

        var classed = DriverErrors.Translate(StatusDetails.CreateException(code, "wrong password", StatusDetails.DriverDomain, "AUTHENTICATION"), "fake");
        Assert.Equal((ErrorReason.DriverFailure, "wrong password"), (classed.Reason, classed.Message));
    }

    [Fact]
    public void Only_a_call_that_was_never_sent_may_be_tried_again()
    {
        var refused = new RpcException(new Status(StatusCode.Unavailable, "x", new SocketException(111)));
        Assert.Equal(ErrorReason.DriverUnavailable, DriverErrors.Translate(refused, "fake").Reason);
        var broken = new RpcException(new Status(StatusCode.Unavailable, "x", new IOException("reset")));
        Assert.Equal(ErrorReason.DriverFailure, DriverErrors.Translate(broken, "fake").Reason);
    }
}
