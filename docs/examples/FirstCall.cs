// Calls a vendor's own method over gRPC, and reads the node:
//
//   dotnet run docs/examples/FirstCall.cs [ADDRESS]
#:project ../../shared/Ironic.Client
using Grpc.Net.Client;
using Ironic.Api.V1;

using var channel = GrpcChannel.ForAddress(args is [var address] ? address : "http://127.0.0.1:6386");

var drivers = new DriverService.DriverServiceClient(channel);
var answer = await drivers.CallDriverVendorMethodAsync(new() { Driver = "example", Method = "authentication_types", HttpMethod = "GET" });
Console.WriteLine(answer.Result.Text);

var nodes = new NodeService.NodeServiceClient(channel);
var node = (await nodes.GetNodeAsync(new() { Node = "node-1" })).Node;
Console.WriteLine($"{node.Name}: {node.PowerState}, {node.ProvisionState}");
