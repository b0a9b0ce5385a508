using System.Globalization;
using System.Text;
using Ironic.Testing;

namespace Ironic.Drivers.Ipmi.Tests.Support;

/// <summary>
/// OpenIPMI's <c>ipmi_sim</c> on a free loopback port: a BMC with sensors, another controller behind it at 0x30 of channel 0, and a machine whose power and
/// boot device are files.
/// </summary>
public sealed class IpmiSimulator : IAsyncDisposable
{
    public const string User = "admin";
    public const string Password = "s3cr3t-p4ss";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(10);

    private readonly TestDirectory _directory = new("ipmi-sim");
    private ServerProcess? _process;

    public int Port { get; } = FreePort.Next();

    /// <summary>What the machine was told, in order: <c>power 1</c>, <c>boot pxe</c>, <c>reset 1</c>.</summary>
    public IReadOnlyList<string> Events => File.Exists(Path("events")) ? File.ReadAllLines(Path("events")) : [];

    public string Power
    {
        get => File.ReadAllText(Path("power")).Trim();
        set => File.WriteAllText(Path("power"), value);
    }

    public ServerProcess Process => _process ?? throw new InvalidOperationException("It is stopped.");

    /// <param name="serialPort">The loopback TCP port behind which the machine's serial line is; null: it has none.</param>
    public static async Task<IpmiSimulator> StartAsync(int? serialPort = null)
    {
        var simulator = new IpmiSimulator();
        try
        {
            simulator.WriteConfiguration(serialPort);
            await simulator.StartProcessAsync();
            return simulator;
        }
        catch
        {
            await simulator.DisposeAsync();
            throw;
        }
    }

    public async Task StartProcessAsync()
    {
        _process = await ServerProcess.StartAsync(new ServerProcessOptions("ipmi_sim", "-n", "-c", Path("lan.conf"), "-f", Path("sim.emu"), "-s", Path("state"))
        {
            WorkingDirectory = _directory.FullName,
        });
        await _process.WaitUntilReadyAsync(() => RmcpPing.AnswersAsync(Port), StartTimeout);
    }

    public async Task KillAsync()
    {
        await Process.KillAsync();
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>Runs Debian's ipmitool against it.</summary>
    public Task<string> RunIpmitoolAsync(params string[] arguments) => Ipmitool.RunAsync(Port, User, Password, cipherSuite: 3, arguments);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DiscardAsync();
            await _process.DisposeAsync();
        }

        _directory.Dispose();
    }

    private string Path(string name) => _directory.Combine(name);

    private void WriteConfiguration(int? serialPort)
    {
        Directory.CreateDirectory(Path("state"));
        Power = "0";
        File.WriteAllText(Path("boot"), "default");
        File.WriteAllText(Path("chassis"), ChassisScript);
        var sol = serialPort is { } serial ? string.Create(CultureInfo.InvariantCulture, $"sol \"tcp:127.0.0.1:{serial}\" 115200") : "";
        File.WriteAllText(Path("lan.conf"), string.Create(CultureInfo.InvariantCulture, $"""
            name "machine"
            set_working_mc 0x20
              startlan 1
                addr 127.0.0.1 {Port}
                priv_limit admin
                allowed_auths_callback none md2 md5 straight
                allowed_auths_user none md2 md5 straight
                allowed_auths_operator none md2 md5 straight
                allowed_auths_admin none md2 md5 straight
                guid a123456789abcdefa123456789abcdef
              endlan
              {sol}
              chassis_control "/bin/sh {Path("chassis")} {_directory.FullName}"
              user 1 true "" "" user 10 none md2 md5 straight
              user 2 true "{User}" "{Password}" admin 10 none md2 md5 straight
              user 3 true "limited" "{Password}" user 10 none md2 md5 straight

            """));
        File.WriteAllText(Path("sim.emu"), EmulationScript());
    }

    private static string EmulationScript()
    {
        var script = new StringBuilder("mc_setbmc 0x20\nmc_add 0x20 0 has-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\nsel_enable 0x20 1000 0x0a\n");
        foreach (var sensor in SimulatedSensor.All)
        {
            var record = sensor.CreateRecord();
            script.Append("main_sdr_add 0x20");
            foreach (var value in record)
                script.Append(CultureInfo.InvariantCulture, $" 0x{value:x2}");
            script.Append(CultureInfo.InvariantCulture, $"\nsensor_add 0x20 0 {sensor.Number} 0x{sensor.Type:x2} 0x01\nsensor_set_value 0x20 0 {sensor.Number} {sensor.Raw} 0\n");
        }

        script.Append("mc_enable 0x20\nmc_add 0x30 0 no-device-sdrs 0x21 3 4 0x07 0x2a2a 0x0707\nmc_enable 0x30\n");
        return script.ToString();
    }

    // ipmi_sim calls it: DIRECTORY [MC] get NAME... | set NAME VALUE [NAME VALUE]... | check NAME...
    private const string ChassisScript = """
        cd "$1" || exit 1
        shift
        while [ $# -gt 0 ]; do case $1 in get|set|check) break ;; *) shift ;; esac; done
        verb=$1
        shift
        case $verb in
        get)
            for name; do
                case $name in power|boot) echo "$name:$(cat "$name")" ;; *) echo "$name:0" ;; esac
            done ;;
        check)
            for name; do
                case $name in power|boot|reset|shutdown|identify) ;; *) exit 1 ;; esac
            done ;;
        set)
            while [ $# -gt 0 ]; do
                echo "$1 $2" >>events
                case $1 in
                shutdown) printf 0 >power ;;
                power|boot) printf %s "$2" >"$1" ;;
                esac
                shift 2 || break
            done ;;
        esac

        """;
}
