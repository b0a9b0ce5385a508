using Grpc.Core;
using Ironic.Driver.Sdk.Tests.Support;

namespace Ironic.Driver.Sdk.Tests.Services;

/// <summary>SPEC.md 5.7: what machines boot.</summary>
public sealed class BootServiceTests : IAsyncLifetime
{
    private readonly Booting _booting = new();
    private DriverHost _host = null!;

    public async Task InitializeAsync() => _host = await DriverHost.StartAsync(driver =>
    {
        DriverHost.DeclareTestDriver(driver);
        driver.AddInterface("booting", _ => _booting);
        driver.AddInterface("lazy", _ => new Lazy());
    });

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Fact]
    public async Task What_can_be_booted_is_told()
    {
        var info = await _host.GetInfoAsync();
        Assert.Equal([V1.BootCapability.Ramdisk], info.Interfaces.Single(implementation => implementation.Name == "booting").BootCapabilities);
        Assert.Empty(info.Interfaces.Single(implementation => implementation.Name == "lazy").BootCapabilities);
    }

    [Fact]
    public async Task Each_phase_is_done()
    {
        foreach (var phase in (V1.BootPhase[])[V1.BootPhase.PrepareRamdisk, V1.BootPhase.CleanUpRamdisk, V1.BootPhase.PrepareInstance, V1.BootPhase.CleanUpInstance])
            Assert.Equal((V1.WorkOutcome.Done, true), await RunAsync(Request(phase)));
        Assert.Equal(["prepare_ramdisk http://192.0.2.1/agent.iso   ipa-debug=1", "clean_up_ramdisk", "prepare_instance http://192.0.2.1/i.iso", "clean_up_instance"], _booting.Done);
    }

    [Fact]
    public async Task A_kernel_goes_with_its_ramdisk()
    {
        var request = Request(V1.BootPhase.PrepareRamdisk);
        request.Ramdisk = new V1.RamdiskBoot { KernelUrl = "http://192.0.2.1/k", RamdiskUrl = "http://192.0.2.1/r" };
        await RunAsync(request);
        Assert.Equal(["prepare_ramdisk  http://192.0.2.1/k http://192.0.2.1/r "], _booting.Done);

        foreach (var ramdisk in (V1.RamdiskBoot?[])[null, new V1.RamdiskBoot(), new V1.RamdiskBoot { KernelUrl = "http://192.0.2.1/k" }])
        {
            request = Request(V1.BootPhase.PrepareRamdisk);
            request.Ramdisk = ramdisk;
            await Failures.FailsAsync(V1.ErrorClass.MissingParameter, () => RunAsync(request));
        }
    }

    [Fact]
    public async Task R140_what_it_does_not_know_is_unsupported()
    {
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, () => RunAsync(Request((V1.BootPhase)99)));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, () => RunAsync(Request(V1.BootPhase.Unspecified)));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, () => RunAsync(Request(V1.BootPhase.PrepareInstance, implementation: "lazy")));
        await Failures.FailsAsync(V1.ErrorClass.Unsupported, () => RunAsync(Request(V1.BootPhase.PrepareInstance, implementation: "other")));
        Assert.Empty(_booting.Done);
    }

    [Fact]
    public async Task R052_a_phase_is_done_once_for_its_operation()
    {
        var request = Request(V1.BootPhase.PrepareInstance);
        await RunAsync(request);
        await RunAsync(request);
        Assert.Single(_booting.Done);

        request.Phase = V1.BootPhase.CleanUpInstance;
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => RunAsync(request));
        var without = Request(V1.BootPhase.CleanUpInstance);
        without.Context.OperationId = "";
        await Failures.FailsAsync(V1.ErrorClass.InvalidParameter, () => RunAsync(without));
    }

    [Fact]
    public async Task R042_neither_the_agents_token_nor_a_password_in_an_address_is_told()
    {
        _booting.Failure = "Cannot boot http://me:s3cret%21@192.0.2.1/i.iso as me with s3cret! and t0ken";
        var request = Request(V1.BootPhase.PrepareRamdisk);
        request.Node.InstanceInfo = Requests.Json("""{"odd": "\ud800", "boot_iso": "http://me:s3cret%21@192.0.2.1/i.iso"}""");
        request.Ramdisk = new V1.RamdiskBoot { IsoUrl = "http://192.0.2.1/agent.iso", Parameters = { ["ipa-agent-token"] = "t0ken" } };

        var failure = await Failures.FailsAsync(V1.ErrorClass.Permanent, () => RunAsync(request));

        Assert.Equal("Cannot boot http://me:******@192.0.2.1/i.iso as me with ****** and ******", failure.Status.Detail);
    }

    private static V1.RunBootPhaseRequest Request(V1.BootPhase phase, string implementation = "booting")
    {
        var request = new V1.RunBootPhaseRequest { Context = Requests.Context(Guid.NewGuid().ToString()), Node = Requests.NodeContext(), Interface = implementation, Phase = phase };
        request.Node.InstanceInfo = Requests.Json("""{"boot_iso": "http://192.0.2.1/i.iso"}""");
        if (phase == V1.BootPhase.PrepareRamdisk)
            request.Ramdisk = new V1.RamdiskBoot { IsoUrl = "http://192.0.2.1/agent.iso", Parameters = { ["ipa-debug"] = "1" } };
        return request;
    }

    private async Task<(V1.WorkOutcome Outcome, bool Completed)> RunAsync(V1.RunBootPhaseRequest request)
    {
        V1.RunBootPhaseResponse? last = null;
        using var call = _host.Boot.RunBootPhase(request);
        await foreach (var message in call.ResponseStream.ReadAllAsync())
            last = message;
        return (last!.Outcome, last.Progress.Completed);
    }

    private sealed class Booting : BootInterface
    {
        public List<string> Done { get; } = [];

        public string? Failure { get; set; }

        public override IReadOnlyList<BootCapability> Capabilities => [BootCapability.Ramdisk];

        public override IReadOnlyList<DriverProperty> GetProperties() => [];

        public override Task PrepareRamdiskAsync(NodeContext node, RamdiskBoot ramdisk, IOperationProgress progress, CancellationToken cancellationToken) =>
            RunAsync($"prepare_ramdisk {ramdisk.IsoUrl} {ramdisk.KernelUrl} {ramdisk.RamdiskUrl} {string.Join(' ', ramdisk.Parameters.Select(pair => $"{pair.Key}={pair.Value}"))}");

        public override Task CleanUpRamdiskAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => RunAsync("clean_up_ramdisk");

        public override Task PrepareInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) =>
            RunAsync($"prepare_instance {node.InstanceInfo.Get<string>("boot_iso")}");

        public override Task CleanUpInstanceAsync(NodeContext node, IOperationProgress progress, CancellationToken cancellationToken) => RunAsync("clean_up_instance");

        private Task RunAsync(string what)
        {
            if (Failure is { } failure)
                throw new PermanentFailureException(failure);
            Done.Add(what);
            return Task.CompletedTask;
        }
    }

    private sealed class Lazy : BootInterface
    {
        public override IReadOnlyList<DriverProperty> GetProperties() => [];
    }
}
