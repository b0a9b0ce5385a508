using System.Diagnostics;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Ironic.Conformance.Calls;
using Ironic.Driver.V1;
using Ironic.Types.V1;

namespace Ironic.Conformance.Checks;

/// <summary>The process and its services: sections 2, 4 and 8 of SPEC.md.</summary>
internal static class ProcessChecks
{
    private static readonly TimeSpan ProbeLimit = TimeSpan.FromSeconds(1);

    public static IEnumerable<Check> All(DriverUnderTest driver)
    {
        yield return new Check("R-001", "endpoint", "it serves gRPC", () => Expect.That(driver.Info.Name.Length > 0, "it does not say who it is"));
        yield return new Check("R-002", "grpc.health.v1.Health", "the health service says that it serves", async cancellationToken =>
        {
            var answer = await new Health.HealthClient(driver.Invoker).CheckAsync(new HealthCheckRequest(), deadline: DateTime.UtcNow + driver.Options.CallTimeout, cancellationToken: cancellationToken);
            Expect.That(answer.Status == HealthCheckResponse.Types.ServingStatus.Serving, $"it says {answer.Status}");
        });
        yield return new Check("R-011", "Probe", "it has the instance id of the description", async cancellationToken =>
            Expect.That((await ProbeAsync(driver, cancellationToken)).InstanceId == driver.Info.InstanceId, "it has another one"));
        yield return new Check("R-030", "Probe", "it is ready", async cancellationToken =>
        {
            var answer = await ProbeAsync(driver, cancellationToken);
            Expect.That(answer.Ready, $"it is not: {answer.Reason}");
        });
        yield return new Check("R-030", "Probe while busy", "it answers within a second while a hundred other calls are made", cancellationToken => ProbeWhileBusyAsync(driver, cancellationToken));
        yield return new Check("R-005", "nodes", "calls for different nodes run at the same time", cancellationToken => AtTheSameTimeAsync(driver, cancellationToken));
        yield return new Check("R-007", "messages", "it takes a message of 15 MiB", cancellationToken => TakeLargeAsync(driver, cancellationToken));
        yield return new Check("R-111", "methods", "a method that the contract does not have is answered with UNIMPLEMENTED", cancellationToken => CallUnknownAsync(driver, cancellationToken));
        yield return new Check("R-100", "TLS", "who has no certificate of the conductors' is not let in", cancellationToken => RefuseStrangersAsync(driver, cancellationToken));
    }

    public static async Task<ProbeResponse> ProbeAsync(DriverUnderTest driver, CancellationToken cancellationToken) =>
        await new DriverService.DriverServiceClient(driver.Invoker).ProbeAsync(new ProbeRequest(), deadline: DateTime.UtcNow + driver.Options.CallTimeout, cancellationToken: cancellationToken);

    private static async Task ProbeWhileBusyAsync(DriverUnderTest driver, CancellationToken cancellationToken)
    {
        var subject = First(driver);
        var validate = subject.Methods.First();
        var others = Enumerable.Range(0, 100).Select(_ => subject.SendAsync(validate, subject.Request(validate), cancellationToken)).ToList();
        // The first one may open a connection.
        await ProbeAsync(driver, cancellationToken);
        var started = Stopwatch.GetTimestamp();
        await ProbeAsync(driver, cancellationToken);
        var took = Stopwatch.GetElapsedTime(started);
        await Task.WhenAll(others);
        Expect.That(took < ProbeLimit, $"it took {took.TotalMilliseconds:0} ms");
    }

    private static async Task AtTheSameTimeAsync(DriverUnderTest driver, CancellationToken cancellationToken)
    {
        var subject = First(driver);
        var validate = subject.Methods.First();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => subject.SendAsync(validate, subject.Request(validate), cancellationToken)));
        var other = Array.Find(outcomes, outcome => (outcome.Code, outcome.Class) != (outcomes[0].Code, outcomes[0].Class));
        Expect.That(other is null, $"the same call for 50 nodes had different outcomes: {outcomes[0]}; {other}");
    }

    private static async Task TakeLargeAsync(DriverUnderTest driver, CancellationToken cancellationToken)
    {
        var subject = First(driver);
        var validate = subject.Methods.First();
        var node = subject.Node();
        var small = await subject.SendAsync(validate, subject.Request(validate, node), cancellationToken);
        node.DriverInternalInfo = new Json { Text = $$"""{"conformance": "{{new string('x', 15 * 1024 * 1024)}}"}""" };
        var large = await subject.SendAsync(validate, subject.Request(validate, node), cancellationToken);
        Expect.That(large.IsSameAs(small), $"a small one ended otherwise; {large}");
    }

    private static async Task CallUnknownAsync(DriverUnderTest driver, CancellationToken cancellationToken)
    {
        var method = new Method<IMessage, IMessage>(
            MethodType.Unary,
            DriverService.Descriptor.FullName,
            "ConformanceUnknown",
            Marshallers.Create<IMessage>(message => message.ToByteArray(), ProbeRequest.Parser.ParseFrom),
            Marshallers.Create<IMessage>(message => message.ToByteArray(), ProbeResponse.Parser.ParseFrom));
        try
        {
            await driver.Invoker.AsyncUnaryCall(method, null, new CallOptions(deadline: DateTime.UtcNow + driver.Options.CallTimeout, cancellationToken: cancellationToken), new ProbeRequest());
        }
        catch (RpcException e)
        {
            Expect.That(e.StatusCode == StatusCode.Unimplemented, $"it ended with {e.StatusCode}");
            return;
        }

        throw new CheckFailedException("it ended well");
    }

    private static async Task RefuseStrangersAsync(DriverUnderTest driver, CancellationToken cancellationToken)
    {
        var isSecured = driver.Options.Endpoint.Scheme == Uri.UriSchemeHttps && driver.Options.CertificatePath is not null;
        if (!isSecured)
        {
            Expect.That(driver.Options.Endpoint.IsLoopback, "it listens on more than a loopback address, and let this program in without a certificate");
            throw new CheckSkippedException("it listens on a loopback address and asks for no certificate");
        }

        try
        {
            using var stranger = await DriverUnderTest.ConnectAsync(driver.Options with { CertificatePath = null, KeyPath = null }, cancellationToken);
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.Internal or StatusCode.Unauthenticated or StatusCode.PermissionDenied)
        {
            return;
        }

        throw new CheckFailedException("it let this program in without its certificate");
    }

    private static Subject First(DriverUnderTest driver) => driver.Subjects().FirstOrDefault() ?? throw new CheckSkippedException("it has no implementation of its own");
}
