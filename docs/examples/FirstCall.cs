// Calls a vendor's own method over gRPC, and reads the node:
//
//   dotnet run docs/examples/FirstCall.cs [ADDRESS]
#:project ../../shared/Ironic.Client
using Ironic.Client;

using var ironic = IronicClient.Connect(args is [var address] ? address : "http://127.0.0.1:6386");

var answer = await ironic.CallDriverVendorMethodAsync("example", "authentication_types", httpMethod: "GET");
Console.WriteLine(answer.Result.Text);

var node = await ironic.GetNodeAsync("node-1");
Console.WriteLine($"{node.Name}: {node.PowerState}, {node.ProvisionState}");
