namespace Ironic.BmcSimulator.Machines;

/// <summary>The power of one machine: it changes by commands, takes its time, and boots the machine whenever it comes on or restarts.</summary>
/// <param name="server">The machine; its lock guards this.</param>
/// <param name="timings">How long a change takes.</param>
/// <param name="time">The clock.</param>
internal sealed class MachinePower(SimulatedServer server, MachineTimings timings, TimeProvider time)
{
    private ITimer? _timer;
    private int _transition;

    public PowerState State { get; private set; }

    /// <summary>Whether it draws power, as IPMI sees it.</summary>
    public bool IsOn => State is PowerState.On or PowerState.PoweringOff;

    public bool IsChanging => State is PowerState.PoweringOn or PowerState.PoweringOff;

    /// <summary>How often the machine was told to interrupt its operating system.</summary>
    public int Interrupts { get; private set; }

    /// <summary>Sets it without delay, boot or event: how a machine is found.</summary>
    public void Place(bool on)
    {
        Cancel();
        State = on ? PowerState.On : PowerState.Off;
    }

    /// <summary>Does what is asked. What makes no sense in the present state is done as a machine does it: not at all.</summary>
    public void Reset(ResetType type)
    {
        switch (type)
        {
            case ResetType.Nmi:
                if (IsOn)
                    Interrupts++;
                break;
            case ResetType.On or ResetType.ForceOn:
                // A machine that is about to go off comes back when it is off, as with a power button pressed at once again.
                if (State is PowerState.Off or PowerState.PoweringOff)
                    TurnOn();
                break;
            case ResetType.ForceOff:
                TurnOff(timings.ForceOff);
                break;
            case ResetType.GracefulShutdown:
                if (State == PowerState.On && server.OperatingSystemResponds)
                    TurnOff(timings.GracefulShutdown);
                break;
            case ResetType.PushPowerButton:
                Reset(State is PowerState.Off ? ResetType.On : ResetType.GracefulShutdown);
                break;
            case ResetType.GracefulRestart:
                if (State == PowerState.On && server.OperatingSystemResponds)
                    Change(PowerState.PoweringOff, timings.GracefulShutdown, TurnOn);
                break;
            case ResetType.PowerCycle:
                if (IsOn)
                    Change(PowerState.PoweringOff, timings.ForceOff, () => Change(PowerState.Off, timings.Restart, TurnOn));
                break;
            case ResetType.ForceRestart:
                // The power stays on: only the machine starts anew. One that is off comes on, as most controllers do it.
                if (State is PowerState.On)
                    server.Boot();
                else if (State is PowerState.Off)
                    TurnOn();
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "No such reset.");
        }
    }

    public void Cancel()
    {
        _transition++;
        _timer?.Dispose();
        _timer = null;
    }

    private void TurnOn() => Change(PowerState.PoweringOn, timings.PowerOn, () =>
    {
        Become(PowerState.On);
        server.Boot();
    });

    private void TurnOff(TimeSpan after)
    {
        if (State is not PowerState.Off)
            Change(PowerState.PoweringOff, after, () => Become(PowerState.Off));
        else
            Cancel();
    }

    private void Change(PowerState meanwhile, TimeSpan after, Action then)
    {
        Cancel();
        if (after <= TimeSpan.Zero)
        {
            then();
            return;
        }

        Become(meanwhile);
        var transition = _transition;
        _timer = time.CreateTimer(
            _ =>
            {
                lock (server.Sync)
                {
                    // A timer that was due already when a later command came is told apart by its number.
                    if (transition == _transition)
                        then();
                }
            },
            null,
            after,
            Timeout.InfiniteTimeSpan);
    }

    private void Become(PowerState state)
    {
        if (State == state)
            return;
        State = state;
        server.Publish(new MachineEvent(MachineEventKind.PowerChanged, server, state.ToString()));
    }
}
