using System.Diagnostics.Metrics;

namespace Ironic.Conductor.Tests;

/// <summary>Metrics that nobody reads.</summary>
internal sealed class TestMetrics : IMeterFactory
{
    public static ConductorMetrics Create() => new(new TestMetrics());

    Meter IMeterFactory.Create(MeterOptions options) => new(options);

    public void Dispose()
    {
    }
}
