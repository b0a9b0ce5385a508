using System.Globalization;
using System.Net;
using System.Text.Json;
using Ironic.Driver.Sdk;
using Ironic.Drivers.Redfish.Client;
using Ironic.Drivers.Redfish.Configuration;
using Microsoft.Extensions.Options;

namespace Ironic.Drivers.Redfish.Resources;

/// <summary>How a task ended that has not failed.</summary>
internal enum TaskEnding
{
    /// <summary>The controller says that it is done.</summary>
    Completed,

    /// <summary>The controller does not know it any more.</summary>
    Forgotten,
}

/// <summary>Waits for what a controller does in its own time: an answer with HTTP 202 says where to look.</summary>
internal sealed class TaskWaiter(IOptions<RedfishOptions> options, TimeProvider time)
{
    private static readonly string[] Failures = ["Exception", "Killed", "Cancelled", "Interrupted"];

    /// <summary>Waits until what was asked for is done. What was done at once is not waited for.</summary>
    /// <param name="connection">The controller.</param>
    /// <param name="response">What it has answered.</param>
    /// <param name="timeout">How long it may take.</param>
    /// <param name="progress">Where to say how far it has got; null: nowhere.</param>
    /// <param name="toleratesSilence">How long the controller may be away meanwhile, as when it restarts.</param>
    /// <exception cref="RetryableException">It was not done in time.</exception>
    /// <exception cref="PermanentFailureException">It has failed.</exception>
    public async Task<TaskEnding> WaitAsync(
        RedfishConnection connection, RedfishResponse response, TimeSpan timeout, IOperationProgress? progress = null, TimeSpan toleratesSilence = default)
    {
        if (response.Status != HttpStatusCode.Accepted)
            return TaskEnding.Completed;
        var task = response.Body is { } body && IsTask(body) ? body.Text("@odata.id") : null;
        if ((response.Location ?? task) is not { } monitor)
            throw new PermanentFailureException("The controller has begun a task, but says not where it is to be looked at.");
        var started = time.GetTimestamp();
        long? silentSince = null;
        for (var wait = response.RetryAfter; ; wait = null)
        {
            await Task.Delay(wait ?? options.Value.TaskPollInterval, time, connection.CancellationToken);
            try
            {
                var answer = await connection.SendRawAsync(new RedfishRequest(HttpMethod.Get, connection.Resolve(monitor)));
                silentSince = null;
                if (Judge(monitor, answer, progress) is { } ending)
                    return ending;
            }
            catch (BmcUnreachableException) when (time.GetElapsedTime(silentSince ??= time.GetTimestamp()) < toleratesSilence)
            {
                progress?.Report("The controller does not answer for the moment");
            }

            if (time.GetElapsedTime(started) >= timeout)
                throw new RetryableException(string.Create(CultureInfo.InvariantCulture, $"The task {monitor} was not done within {timeout.TotalSeconds:0.#} seconds."));
        }
    }

    private static bool IsTask(JsonElement body) => body.Text("@odata.type")?.Contains("#Task.", StringComparison.Ordinal) == true || body.Text("TaskState") is not null;

    /// <summary>What an answer about a task means; null: it goes on.</summary>
    private static TaskEnding? Judge(string monitor, RedfishResponse answer, IOperationProgress? progress)
    {
        if (answer.Status is HttpStatusCode.NotFound or HttpStatusCode.Gone)
            return TaskEnding.Forgotten;
        if (RedfishFailures.IsTransient(answer.Status))
            return null;
        if (!answer.IsSuccess)
            throw new PermanentFailureException($"The task {monitor} has failed with {answer}: {RedfishFailures.Describe(answer.Body)}");
        var state = answer.Body is { } body && IsTask(body) ? body.Text("TaskState") : null;
        if (state is not null)
        {
            var percent = answer.Body!.Value.Count("PercentComplete") is { } count and <= 100 ? (int?)count : null;
            progress?.Report($"The task of the controller is {state}", percent);
            if (Failures.Contains(state) || (state == "Completed" && answer.Body.Value.Text("TaskStatus") == "Critical"))
                throw new PermanentFailureException($"The task {monitor} ended as {state}{DescribeMessages(answer.Body.Value)}");
            return state == "Completed" ? TaskEnding.Completed : null;
        }

        return answer.Status == HttpStatusCode.Accepted ? null : TaskEnding.Completed;
    }

    private static string DescribeMessages(JsonElement task)
    {
        var messages = RedfishFailures.ReadMessages(task.Items("Messages"));
        return messages.Count == 0 ? "." : $": {RedfishFailures.MaskQueries(string.Join(" ", messages))}";
    }
}
