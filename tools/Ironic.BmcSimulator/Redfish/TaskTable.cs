using System.Globalization;
using System.Text.Json.Nodes;
using Ironic.BmcSimulator.Machines;

namespace Ironic.BmcSimulator.Redfish;

/// <summary>Work of a service that takes its time (Redfish's Task).</summary>
internal sealed class RedfishTask(string id, string name, SimulatedServer server, DateTimeOffset startedAt, TimeSpan duration)
{
    public string Id => id;

    public SimulatedServer Server => server;

    public string State { get; set; } = "Running";

    public string? Failure { get; set; }

    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The path of what it has made; null: nothing.</summary>
    public string? Result { get; set; }

    public bool IsOver => EndedAt is not null;

    public string Path => $"{Json.Root}/TaskService/Tasks/{id}";

    public string Monitor => $"{Json.Root}/TaskService/TaskMonitors/{id}";

    public JsonObject ToJson(DateTimeOffset now)
    {
        var task = Json.Resource(Path, "Task.v1_7_3.Task", id, name);
        task["TaskState"] = State;
        task["TaskStatus"] = Failure is null ? "OK" : "Critical";
        task["TaskMonitor"] = Monitor;
        task["StartTime"] = Json.Time(startedAt);
        if (EndedAt is { } end)
            task["EndTime"] = Json.Time(end);
        task["PercentComplete"] = IsOver ? 100 : duration > TimeSpan.Zero && State == "Running" ? (int)Math.Clamp((now - startedAt) / duration * 100, 0, 99) : 0;
        task["Messages"] = Failure is null && !IsOver ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["MessageId"] = Failure is null ? $"{RedfishException.Registry}.Success" : $"{RedfishException.Registry}.GeneralError",
            ["Message"] = Failure ?? "The task is done.",
            ["MessageArgs"] = new JsonArray(),
            ["Severity"] = Failure is null ? "OK" : "Critical",
        });
        return task;
    }
}

/// <summary>The tasks of one service, the last ones of those that are over among them.</summary>
/// <param name="time">The clock.</param>
internal sealed class TaskTable(TimeProvider time) : IDisposable
{
    private const int Kept = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, RedfishTask> _tasks = [];
    private readonly HashSet<ITimer> _timers = [];
    private int _made;

    public IReadOnlyList<RedfishTask> All
    {
        get
        {
            lock (_gate)
                return [.. _tasks.Values];
        }
    }

    public RedfishTask? Find(string id)
    {
        lock (_gate)
            return _tasks.GetValueOrDefault(id);
    }

    /// <summary>Takes a task away. One that is not over is not done any more.</summary>
    public bool Remove(string id)
    {
        lock (_gate)
        {
            if (!_tasks.Remove(id, out var task))
                return false;
            if (!task.IsOver)
                (task.State, task.EndedAt) = ("Cancelled", time.GetUtcNow());
            return true;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var timer in _timers)
                timer.Dispose();
            _timers.Clear();
        }
    }

    /// <summary>Starts a task. The caller has the machine's lock.</summary>
    /// <param name="name">How it is called.</param>
    /// <param name="server">Whose it is.</param>
    /// <param name="work">What it does at its end, under the machine's lock; it answers the path of what it made. What it throws fails the task.</param>
    /// <param name="atBoot">Whether it waits for the machine's next boot before it begins.</param>
    public RedfishTask Start(string name, SimulatedServer server, Func<string?> work, bool atBoot = false)
    {
        RedfishTask task;
        lock (_gate)
        {
            foreach (var old in _tasks.Values.Where(task => task.IsOver).Take(Math.Max(0, _tasks.Count - Kept + 1)).ToList())
                _tasks.Remove(old.Id);
            var id = (++_made).ToString(CultureInfo.InvariantCulture);
            task = new RedfishTask(id, name, server, time.GetUtcNow(), atBoot ? TimeSpan.Zero : server.Timings.Task) { State = atBoot ? "Pending" : "Running" };
            _tasks.Add(id, task);
        }

        if (atBoot)
            server.AtNextBoot(() => Finish(task, work));
        else if (server.Timings.Task <= TimeSpan.Zero)
            Finish(task, work);
        else
            Schedule(task, work);
        return task;
    }

    private void Schedule(RedfishTask task, Func<string?> work)
    {
        // The machine's lock, which the caller has, keeps the callback from running before the timer is among the others.
        ITimer? timer = null;
        timer = time.CreateTimer(
            _ =>
            {
                lock (task.Server.Sync)
                    Finish(task, work);
                lock (_gate)
                    _timers.Remove(timer!);
                timer!.Dispose();
            },
            null,
            task.Server.Timings.Task,
            Timeout.InfiniteTimeSpan);
        lock (_gate)
            _timers.Add(timer);
    }

    private void Finish(RedfishTask task, Func<string?> work)
    {
        if (task.IsOver)
            return;
        try
        {
            task.Result = work();
            task.State = "Completed";
        }
        catch (RedfishException exception)
        {
            (task.State, task.Failure) = ("Exception", exception.Message);
        }

        task.EndedAt = time.GetUtcNow();
    }
}
