namespace Ironic.Drivers.Ipmi.Sessions;

/// <summary>
/// Which session sequence numbers are taken: those a little ahead of the highest so far, and those a little behind it that have not been there yet
/// (IPMI 2.0, sections 6.12.12 and 6.12.13). So a packet that somebody has recorded is not taken a second time.
/// </summary>
internal sealed class SequenceWindow(uint ahead, uint behind)
{
    private uint _highest;
    private ulong _seen;
    private bool _started;

    /// <summary>Notes the number; false when it must not be taken.</summary>
    public bool Accept(uint sequence)
    {
        // The first packet tells where the controller begins.
        if (!_started)
        {
            (_started, _highest, _seen) = (true, sequence, 1);
            return true;
        }

        var forward = unchecked(sequence - _highest);
        if (forward != 0 && forward <= ahead)
        {
            _seen = (_seen << (int)forward) | 1;
            _highest = sequence;
            return true;
        }

        var back = unchecked(_highest - sequence);
        if (back > behind || (_seen & (1UL << (int)back)) != 0)
            return false;
        _seen |= 1UL << (int)back;
        return true;
    }
}
