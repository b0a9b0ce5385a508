using Ironic.Hosting.Health;

namespace Ironic.Driver.Sdk;

/// <summary>Whether the process takes work; the health service says the same.</summary>
internal sealed class DriverState
{
    private const string Condition = "driver";

    private readonly ServiceHealth _health;
    private volatile string _reason = "starting";

    public DriverState(ServiceHealth health)
    {
        _health = health;
        health.Set(Condition, false, _reason);
    }

    public bool IsReady => _reason.Length == 0;

    /// <summary>Why it is not ready; empty when it is.</summary>
    public string Reason => _reason;

    public void SetReady()
    {
        _reason = "";
        _health.Set(Condition, true);
    }

    public void SetDraining()
    {
        _reason = "draining";
        _health.Set(Condition, false, _reason);
    }
}
