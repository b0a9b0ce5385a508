using System.Globalization;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator.Machines;

/// <summary>What a management controller speaks.</summary>
[Flags]
public enum ServerProtocols
{
    None = 0,
    Redfish = 1,
    Ipmi = 2,
    Both = Redfish | Ipmi,
}

/// <summary>One machine with its management controller. Whatever protocol a caller uses, it is this machine that it changes.</summary>
public sealed class SimulatedServer
{
    private const int BootsKept = 64;

    private readonly TimeProvider _time;
    private readonly List<BootRecord> _boots = [];
    private readonly Lazy<BiosSettings> _bios = new(LazyThreadSafetyMode.None);
    private readonly Lazy<Storage> _storage;
    private readonly List<Action> _atBoot = [];
    private ITimer? _identify;
    private DateTimeOffset _unavailableUntil = DateTimeOffset.MinValue;

    internal SimulatedServer(string id, int index, ServerProtocols protocols, MachineTimings timings, TimeProvider time)
    {
        (Id, Index, Protocols, _time, Timings) = (id, index, protocols, time, timings);
        Power = new MachinePower(this, timings, time);
        _storage = new Lazy<Storage>(() => new Storage(index), LazyThreadSafetyMode.None);
    }

    /// <summary>Its name: in Redfish's paths, in the control API.</summary>
    public string Id { get; }

    /// <summary>Its number in the fleet, from 0.</summary>
    public int Index { get; }

    /// <summary>What its management controller speaks.</summary>
    public ServerProtocols Protocols { get; }

    /// <summary>The root of the Redfish service where it is found: its own, or the one that all share; null: it has none.</summary>
    public Uri? RedfishUrl { get; internal set; }

    /// <summary>The path of its system, <c>/redfish/v1/Systems/redfish-1</c>.</summary>
    public string SystemPath => $"/redfish/v1/Systems/{Id}";

    /// <summary>The UDP port of its controller's IPMI; null: it has none.</summary>
    public int? IpmiPort { get; internal set; }

    /// <summary>Its UUID, the same in every run.</summary>
    public Guid Uuid => new(Index + 1, 0x5151, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1);

    /// <summary>Its serial number.</summary>
    public string Serial => string.Create(CultureInfo.InvariantCulture, $"SIM{Index:D6}");

    /// <summary>The MAC addresses of its network cards.</summary>
    public IReadOnlyList<string> MacAddresses => [Mac(0), Mac(1)];

    /// <summary>What happens to its management controller now and then.</summary>
    public FaultSet Faults { get; } = new();

    /// <summary>What its management controller has seen over Redfish.</summary>
    public BmcCounters RedfishCounters { get; } = new();

    /// <summary>What its management controller has seen over IPMI.</summary>
    public BmcCounters IpmiCounters { get; } = new();

    /// <summary>Raised for what happens to it, while it is locked: to hand on, not to work in.</summary>
    public event Action<MachineEvent>? Happened;

    /// <summary>Its power now. Setting it changes the machine at once, as if somebody stood before it; nothing boots.</summary>
    public PowerState PowerState
    {
        get
        {
            lock (Sync)
                return Power.State;
        }
        set
        {
            lock (Sync)
                Power.Place(value is PowerState.On or PowerState.PoweringOn);
        }
    }

    /// <summary>Whether its operating system does what a soft power command asks.</summary>
    public bool OperatingSystemResponds { get; set; } = true;

    /// <summary>Whether it looks at its health as <c>OK</c>, <c>Warning</c> or <c>Critical</c>.</summary>
    public string Health { get; set; } = "OK";

    /// <summary>Its last boots, oldest first.</summary>
    public IReadOnlyList<BootRecord> Boots
    {
        get
        {
            lock (Sync)
                return [.. _boots];
        }
    }

    /// <summary>What it boots from next, as Redfish says it: target and for how long (<c>Disabled</c>, <c>Once</c>, <c>Continuous</c>).</summary>
    public (string Target, string Enabled, string Mode) NextBoot
    {
        get
        {
            lock (Sync)
                return (BootOverride.Target, BootOverride.Enabled, BootOverride.Mode);
        }
    }

    /// <summary>How often a non-maskable interrupt was sent to it.</summary>
    public int Interrupts
    {
        get
        {
            lock (Sync)
                return Power.Interrupts;
        }
    }

    /// <summary>The images of its virtual media, by slot, where there are any.</summary>
    public IReadOnlyDictionary<string, string> Media
    {
        get
        {
            lock (Sync)
                return MediaSlots.Where(slot => slot is { Image: not null, Inserted: true }).ToDictionary(slot => slot.Id, slot => slot.Image!);
        }
    }

    /// <summary>Its indicator light: <c>Off</c>, <c>Lit</c> or <c>Blinking</c>.</summary>
    public string Indicator
    {
        get
        {
            lock (Sync)
                return SystemIndicator;
        }
    }

    /// <summary>How often its management controller was restarted.</summary>
    public int ControllerResets { get; private set; }

    internal Lock Sync { get; } = new();

    internal MachineTimings Timings { get; }

    internal MachinePower Power { get; }

    internal BootOverride BootOverride { get; } = new();

    internal BiosSettings Bios => _bios.Value;

    internal SecureBootState SecureBoot { get; } = new();

    internal Storage Storage => _storage.Value;

    internal IReadOnlyList<VirtualMediaSlot> MediaSlots { get; } = [new("Cd", "CD", "DVD"), new("Floppy", "Floppy", "USBStick")];

    internal IReadOnlyList<FirmwareComponent> Firmware { get; } =
    [
        new("BMC", "Management controller", "4.10.2"), new("BIOS", "System BIOS", "2.1.0"), new("NIC.1", "Network card", "22.31.6"), new("RAID.1", "RAID controller", "51.16.0"),
    ];

    internal string SystemIndicator { get; set; } = "Off";

    internal string ChassisIndicator { get; set; } = "Off";

    internal string AssetTag { get; set; } = "";

    /// <summary>By how much the controller's clock differs from the true time.</summary>
    internal TimeSpan ClockOffset { get; set; }

    internal string ClockZone { get; set; } = "+00:00";

    internal DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Whether the management controller is restarting and hears nothing.</summary>
    internal bool IsUnavailable => _time.GetUtcNow() < _unavailableUntil;

    /// <summary>Restarts the management controller: sessions are lost, and for a while it answers nothing.</summary>
    internal event Action? ControllerRestarting;

    /// <summary>Changes the power, as a command over one of the protocols does.</summary>
    public void Reset(ResetType type)
    {
        lock (Sync)
            Power.Reset(type);
    }

    /// <summary>Restarts the management controller; the machine runs on.</summary>
    public void ResetController()
    {
        lock (Sync)
        {
            ControllerResets++;
            _unavailableUntil = _time.GetUtcNow() + Timings.ControllerReset;
            Publish(new MachineEvent(MachineEventKind.ControllerRestarted, this, ""));
        }

        ControllerRestarting?.Invoke();
    }

    /// <summary>Lets its light blink for a time; no time: puts it out. Without end for <see cref="Timeout.InfiniteTimeSpan"/>.</summary>
    internal void Identify(TimeSpan time)
    {
        _identify?.Dispose();
        _identify = null;
        SystemIndicator = time == TimeSpan.Zero ? "Off" : "Blinking";
        if (time <= TimeSpan.Zero)
            return;
        _identify = _time.CreateTimer(
            _ =>
            {
                lock (Sync)
                    SystemIndicator = "Off";
            },
            null,
            time,
            Timeout.InfiniteTimeSpan);
    }

    /// <summary>Stops what runs by itself.</summary>
    internal void Stop()
    {
        lock (Sync)
        {
            Power.Cancel();
            _identify?.Dispose();
        }
    }

    /// <summary>Keeps something to be done when the machine boots next.</summary>
    internal void AtNextBoot(Action work) => _atBoot.Add(work);

    /// <summary>The machine starts: settings that have waited for it come into force.</summary>
    internal void Boot()
    {
        if (_bios.IsValueCreated && Bios.Apply(Now) && Bios.Current["BootMode"].GetValue<string>() is var mode)
            BootOverride.Mode = mode == "Bios" ? "Legacy" : "UEFI";
        SecureBoot.Boot(BootOverride.Mode == "UEFI");
        var httpUri = BootOverride.HttpBootUri;
        var source = BootOverride.Consume();
        var image = source switch
        {
            "Cd" => MediaSlots[0].Image,
            "Floppy" or "Usb" => MediaSlots[1].Image,
            "UefiHttp" => httpUri,
            _ => null,
        };
        if (_boots.Count == BootsKept)
            _boots.RemoveAt(0);
        _boots.Add(new BootRecord(Now, source, BootOverride.Mode, image));
        Action[] waiting = [.. _atBoot];
        _atBoot.Clear();
        foreach (var work in waiting)
            work();
        Publish(new MachineEvent(MachineEventKind.Booted, this, source));
    }

    internal void Publish(MachineEvent happened) => Happened?.Invoke(happened);

    private string Mac(int card) => string.Create(CultureInfo.InvariantCulture, $"52:54:{card:x2}:{(Index >> 16) & 0xFF:x2}:{(Index >> 8) & 0xFF:x2}:{Index & 0xFF:x2}");
}
