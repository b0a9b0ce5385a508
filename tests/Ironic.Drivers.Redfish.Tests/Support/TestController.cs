using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Ironic.Drivers.Redfish.Tests.Support;

/// <summary>The driver's client of one controller that a test plays, by a clock that goes on only while somebody waits.</summary>
internal sealed class TestController : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();

    public TestController(Func<SentRequest, HttpResponseMessage> answer, Action<RedfishOptions>? configure = null, AuthenticationType authentication = AuthenticationType.Auto, RedfishCredentials? credentials = null)
    {
        Options = new RedfishOptions();
        configure?.Invoke(Options);
        Time = new WaitingTime(Options.RequestTimeout);
        Handler = new ScriptedHandler(answer);
        Target = new RedfishTarget(new Uri("https://bmc.example"), "/redfish/v1/", credentials ?? new RedfishCredentials("admin", "s3cret"), authentication, new TlsSettings());
        var wrapped = Microsoft.Extensions.Options.Options.Create(Options);
        Pool = new RedfishPool(wrapped, new ScriptedHandlers(Handler), Time, new RedfishMetrics(_services.GetRequiredService<IMeterFactory>()), NullLogger<RedfishPool>.Instance);
    }

    public WaitingTime Time { get; }

    public RedfishOptions Options { get; }

    public RedfishTarget Target { get; }

    public ScriptedHandler Handler { get; }

    public RedfishPool Pool { get; }

    public RedfishConnection Connection => new(Pool, Target, "1be26c0b-03f2-4d2e-ae87-c02d7f33c123", CancellationToken.None);

    public IEnumerable<string> Sent => Handler.Requests.Select(request => request.ToString());

    /// <summary>Lets those who wait have their time, until something is done.</summary>
    /// <returns>How much that was.</returns>
    public async Task<TimeSpan> ElapseAsync(Task work)
    {
        var elapsed = TimeSpan.Zero;
        using var done = new CancellationTokenSource();
        while (!work.IsCompleted)
        {
            var wait = Time.Waits.ReadAsync(done.Token).AsTask();
            if (await Task.WhenAny(work, wait) != wait)
                break;
            elapsed += await wait;
            Time.Advance(await wait);
        }

        await done.CancelAsync();
        return elapsed;
    }

    public async Task<T> ElapseAsync<T>(Task<T> work)
    {
        await ElapseAsync((Task)work);
        return await work;
    }

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        await _services.DisposeAsync();
    }
}

/// <summary>A clock that a test moves, and that tells for how long its users want to wait.</summary>
/// <param name="limit">Of requests: nobody waits for that.</param>
internal sealed class WaitingTime(TimeSpan limit) : FakeTimeProvider
{
    private readonly Channel<TimeSpan> _waits = Channel.CreateUnbounded<TimeSpan>();

    /// <summary>The waits that were begun, in their order.</summary>
    public ChannelReader<TimeSpan> Waits => _waits.Reader;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != limit)
            _waits.Writer.TryWrite(dueTime);
        return timer;
    }
}
