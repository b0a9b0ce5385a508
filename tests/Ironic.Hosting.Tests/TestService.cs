using Grpc.Core;
using Ironic.Api.V1;

namespace Ironic.Hosting.Tests;

/// <summary>A service whose methods do what a test says.</summary>
internal sealed class TestService(TestBehaviour behaviour) : NodeService.NodeServiceBase
{
    public override Task<GetNodeResponse> GetNode(GetNodeRequest request, ServerCallContext context) => behaviour.GetNode(request, context);
}

/// <summary>What <see cref="TestService"/> does.</summary>
internal sealed class TestBehaviour
{
    public Func<GetNodeRequest, ServerCallContext, Task<GetNodeResponse>> GetNode { get; set; } = (_, _) => Task.FromResult(new GetNodeResponse());
}
