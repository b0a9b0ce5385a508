using System.Collections.Frozen;
using Grpc.Core;
using Grpc.Net.Client;
using Ironic.Driver.V1;

namespace Ironic.Conductor.Drivers;

/// <summary>A live driver process, with the channel to it.</summary>
internal sealed class RegisteredDriver
{
    private readonly FrozenDictionary<(InterfaceType Type, string Name), InterfaceImplementation> _implementations;

    public RegisteredDriver(string leaseId, string endpoint, DriverInfo info, GrpcChannel channel, CallInvoker invoker)
    {
        LeaseId = leaseId;
        Endpoint = endpoint;
        Info = info;
        Channel = channel;
        Driver = new DriverService.DriverServiceClient(invoker);
        Power = new PowerService.PowerServiceClient(invoker);
        Management = new ManagementService.ManagementServiceClient(invoker);
        Console = new ConsoleService.ConsoleServiceClient(invoker);
        Vendor = new VendorPassthruService.VendorPassthruServiceClient(invoker);
        Steps = new StepService.StepServiceClient(invoker);
        Boot = new BootService.BootServiceClient(invoker);
        Deploy = new DeployService.DeployServiceClient(invoker);
        Rescue = new RescueService.RescueServiceClient(invoker);
        Inspect = new InspectService.InspectServiceClient(invoker);
        Bios = new BiosService.BiosServiceClient(invoker);
        Firmware = new FirmwareService.FirmwareServiceClient(invoker);
        _implementations = info.Interfaces.ToFrozenDictionary(i => (i.Type, i.Name));
    }

    public string LeaseId { get; }

    public string Endpoint { get; }

    public DriverInfo Info { get; }

    public string Name => Info.Name;

    /// <summary>False while it drains: it gets no new work.</summary>
    public bool Ready { get; set; } = true;

    public GrpcChannel Channel { get; }

    public DriverService.DriverServiceClient Driver { get; }

    public PowerService.PowerServiceClient Power { get; }

    public ManagementService.ManagementServiceClient Management { get; }

    public ConsoleService.ConsoleServiceClient Console { get; }

    public VendorPassthruService.VendorPassthruServiceClient Vendor { get; }

    public StepService.StepServiceClient Steps { get; }

    public BootService.BootServiceClient Boot { get; }

    public DeployService.DeployServiceClient Deploy { get; }

    public RescueService.RescueServiceClient Rescue { get; }

    public InspectService.InspectServiceClient Inspect { get; }

    public BiosService.BiosServiceClient Bios { get; }

    public FirmwareService.FirmwareServiceClient Firmware { get; }

    public ServedGroups Groups => new(Info);

    /// <summary>What the driver says about one of its implementations; null for one that it does not serve.</summary>
    public InterfaceImplementation? Find(InterfaceType type, string name) => _implementations.GetValueOrDefault((type, name));
}
