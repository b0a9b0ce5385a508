using Grpc.Core;
using Ironic.Api.V1;
using Ironic.Hosting.Errors;

namespace Ironic.Hosting.Tests;

public sealed class ErrorRulesTests
{
    [Fact]
    public void Every_reason_but_unspecified_has_a_mapping_of_its_own()
    {
        foreach (var reason in Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified))
        {
            var mapping = ErrorRules.Get(reason);
            Assert.NotEqual(StatusCode.OK, mapping.StatusCode);
            Assert.InRange(mapping.HttpStatus, 400, 599);
            Assert.True(ErrorRules.TryParse(mapping.Name, out var parsed));
            Assert.Equal(reason, parsed);
        }
    }

    [Fact]
    public void The_mapping_is_that_of_the_annotation()
    {
        Assert.Equal(new ErrorMapping("NODE_NOT_FOUND", StatusCode.NotFound, 404, "Client"), ErrorRules.Get(ErrorReason.NodeNotFound));
        Assert.Equal(new ErrorMapping("NO_FREE_CONDUCTOR_WORKER", StatusCode.ResourceExhausted, 503, "Server"), ErrorRules.Get(ErrorReason.NoFreeConductorWorker));
    }

    [Theory]
    [InlineData(ErrorReason.Unspecified)]
    [InlineData((ErrorReason)9999)]
    public void What_has_no_annotation_is_internal(ErrorReason reason) => Assert.Equal("INTERNAL", ErrorRules.Get(reason).Name);

    [Theory]
    [InlineData(null)]
    [InlineData("NO_SUCH_REASON")]
    [InlineData("UNSPECIFIED")]
    public void Unknown_names_are_not_found(string? name) => Assert.False(ErrorRules.TryParse(name, out _));
}
