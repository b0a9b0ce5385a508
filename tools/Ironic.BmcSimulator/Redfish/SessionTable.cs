using System.Globalization;
using System.Security.Cryptography;
using Ironic.BmcSimulator.Faults;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>A session that somebody has opened.</summary>
/// <param name="Id">Its name in paths.</param>
/// <param name="Token">What its requests carry.</param>
/// <param name="User">Whose it is.</param>
/// <param name="CreatedAt">Since when it is open.</param>
internal sealed record RedfishSession(string Id, string Token, string User, DateTimeOffset CreatedAt)
{
    public DateTimeOffset UsedAt { get; set; } = CreatedAt;
}

/// <summary>The sessions of one service. There is room for few, and an idle one ends.</summary>
/// <param name="behaviour">How many, and for how long.</param>
/// <param name="counters">Told what happens.</param>
/// <param name="time">The clock.</param>
internal sealed class SessionTable(RedfishBehaviour behaviour, BmcCounters counters, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RedfishSession> _byToken = [];
    private int _made;

    public IReadOnlyList<RedfishSession> All
    {
        get
        {
            lock (_gate)
            {
                EndIdle();
                return [.. _byToken.Values.OrderBy(session => session.CreatedAt)];
            }
        }
    }

    /// <exception cref="RedfishException">There is no room.</exception>
    public RedfishSession Open(string user, bool full)
    {
        lock (_gate)
        {
            EndIdle();
            if (full || _byToken.Count >= behaviour.Sessions)
            {
                counters.SessionRefused();
                throw new RedfishException(503, "SessionLimitExceeded", "The service has no room for another session.");
            }

            var session = new RedfishSession((++_made).ToString(CultureInfo.InvariantCulture), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), user, time.GetUtcNow());
            _byToken.Add(session.Token, session);
            counters.SessionOpened();
            return session;
        }
    }

    /// <summary>Whether a token is a session's; this keeps it open.</summary>
    public bool Use(string token)
    {
        lock (_gate)
        {
            EndIdle();
            if (!_byToken.TryGetValue(token, out var session))
                return false;
            session.UsedAt = time.GetUtcNow();
            return true;
        }
    }

    public bool Close(string id)
    {
        lock (_gate)
        {
            EndIdle();
            if (_byToken.Values.FirstOrDefault(session => session.Id == id) is not { } session)
                return false;
            _byToken.Remove(session.Token);
            counters.SessionsClosed();
            return true;
        }
    }

    /// <summary>Ends them all, as a restart does.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            counters.SessionsClosed(_byToken.Count);
            _byToken.Clear();
        }
    }

    private void EndIdle()
    {
        var oldest = time.GetUtcNow() - behaviour.SessionTimeout;
        foreach (var session in _byToken.Values.Where(session => session.UsedAt < oldest).ToList())
        {
            _byToken.Remove(session.Token);
            counters.SessionsClosed();
        }
    }
}
