namespace Ironic.BmcSimulator.Faults;

/// <summary>What one management controller has seen over one protocol. A request is under way from its arrival until it is answered or given up.</summary>
public sealed class BmcCounters
{
    private readonly Lock _gate = new();
    private int _underWay;

    /// <summary>How many requests arrived. Over IPMI a packet that is sent again is not another request.</summary>
    public long Requests { get; private set; }

    /// <summary>How many requests are under way.</summary>
    public int RequestsNow
    {
        get
        {
            lock (_gate)
                return _underWay;
        }
    }

    /// <summary>The most requests that were under way at the same time.</summary>
    public int PeakRequests { get; private set; }

    /// <summary>How many sessions were opened.</summary>
    public long SessionsOpened { get; private set; }

    /// <summary>How many sessions are open.</summary>
    public int SessionsNow { get; private set; }

    /// <summary>The most sessions that were open at the same time.</summary>
    public int PeakSessions { get; private set; }

    /// <summary>How many sessions were refused because there was no room.</summary>
    public long SessionsRefused { get; private set; }

    /// <summary>How many requests were not as the protocol wants them: malformed, with a wrong signature, of an unknown session.</summary>
    public long ProtocolErrors { get; private set; }

    /// <summary>How many requests had wrong credentials.</summary>
    public long AuthenticationFailures { get; private set; }

    /// <summary>How many requests met a fault that was asked for.</summary>
    public long FaultsMet { get; private set; }

    /// <summary>How many answers could not be sent.</summary>
    public long AnswersLost { get; private set; }

    /// <summary>Begins anew. What is open and under way stays so.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            Requests = SessionsOpened = SessionsRefused = ProtocolErrors = AuthenticationFailures = FaultsMet = AnswersLost = 0;
            (PeakRequests, PeakSessions) = (_underWay, SessionsNow);
        }
    }

    internal void BeginRequest()
    {
        CountRequest();
        BeginWork();
    }

    /// <summary>Another request, without regard to how long it takes.</summary>
    internal void CountRequest()
    {
        lock (_gate)
            Requests++;
    }

    /// <summary>A request is under way, be it another or one that comes again.</summary>
    internal void BeginWork()
    {
        lock (_gate)
            PeakRequests = Math.Max(PeakRequests, ++_underWay);
    }

    internal void EndRequest()
    {
        lock (_gate)
            _underWay--;
    }

    internal void SessionOpened()
    {
        lock (_gate)
        {
            SessionsOpened++;
            PeakSessions = Math.Max(PeakSessions, ++SessionsNow);
        }
    }

    internal void SessionsClosed(int count = 1)
    {
        lock (_gate)
            SessionsNow -= count;
    }

    internal void SessionRefused()
    {
        lock (_gate)
            SessionsRefused++;
    }

    internal void ProtocolError()
    {
        lock (_gate)
            ProtocolErrors++;
    }

    internal void AuthenticationFailed()
    {
        lock (_gate)
            AuthenticationFailures++;
    }

    internal void AnswerLost()
    {
        lock (_gate)
            AnswersLost++;
    }

    internal void FaultMet()
    {
        lock (_gate)
            FaultsMet++;
    }
}
