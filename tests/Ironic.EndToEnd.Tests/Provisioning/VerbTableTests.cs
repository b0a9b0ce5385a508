using System.Globalization;
using System.Text.Json;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Testing;
using Npgsql;

namespace Ironic.EndToEnd.Tests.Provisioning;

/// <summary>Every verb in every state: what is allowed is accepted, what is not is 400, and the state is another one before the answer goes out.</summary>
[Collection(nameof(BackendCollection))]
public sealed class VerbTableTests(PostgresFixture postgres, RedisFixture redis)
{
    // What a verb cannot be without.
    private static readonly Dictionary<string, (string Name, object Value)> Needed = new()
    {
        ["clean"] = ("clean_steps", new[] { ProvisioningCalls.Step("bios.factory_reset") }),
        ["service"] = ("service_steps", new[] { ProvisioningCalls.Step("firmware.update", new { settings = new[] { new { component = "bmc", url = "http://x" } } }) }),
        ["rescue"] = ("rescue_password", "geheim"),
    };

    // Where we differ from what was recorded, and why.
    private static readonly Dictionary<(string State, string Verb), (int Status, string Why)> Departures = new()
    {
        [("cleaning", "manage")] = (400, "Ironic's API takes an event that only the end of a cleaning is meant to be"),
        [("deleting", "clean")] = (400, "Ironic's API takes an event that only the end of a tear-down is meant to be"),
        [("inspect wait", "abort")] = (202, "our fake driver can abort an inspection"),
    };

    /// <summary>
    /// What Ironic 21.4.4 (2023.1) answered, with nodes of its fake driver that were put into each state in its database. What it does not have is not among it:
    /// the states of services and holds, the verb <c>service</c>, and to abort a deployment.
    /// </summary>
    [Fact]
    public async Task Verbs_are_answered_as_Ironic_was_recorded_to_answer_them()
    {
        var recorded = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "recorded_verbs.csv"))).Skip(1)
            .Select(line => line.Split(',')).Select(cells => (State: cells[0], Verb: cells[1], Status: int.Parse(cells[2], CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(335, recorded.Count);
        var states = (await ReadStatesAsync()).ToDictionary(state => state.Name, state => state.Target);
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var stack = await StartAsync(database);
        await using var source = NpgsqlDataSource.Create(database);
        var different = new List<string>();
        foreach (var group in recorded.GroupBy(entry => entry.State))
        {
            var node = await CreateAsync(stack, source, group.Key, states[group.Key]);
            foreach (var (state, verb, was) in group)
            {
                var answer = await SetAsync(stack, node, verb, "1.82");
                var (expected, why) = Departures.TryGetValue((state, verb), out var departure) ? departure : (was, "as recorded");
                if (answer.Status != expected)
                    different.Add($"{verb} in {state}: {answer.Status}, not {expected} ({why}): {answer.Body}");
                if (answer.Status != 202)
                    continue;
                await stack.WaitUntilUnlockedAsync(node);
                node = await CreateAsync(stack, source, group.Key, states[group.Key]);
            }
        }

        Assert.True(different.Count == 0, string.Join(Environment.NewLine, different));
    }

    [Fact]
    public async Task Verbs_are_taken_in_the_states_of_the_table()
    {
        var allowed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "verbs.csv")).Skip(1).Select(line => line.Split(','))
            .ToDictionary(cells => cells[0], cells => cells[1].Split(';').ToHashSet());
        var states = await ReadStatesAsync();
        Assert.Equal((15, 30), (allowed.Count, states.Count));
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var stack = await StartAsync(database);
        await using var source = NpgsqlDataSource.Create(database);

        foreach (var (state, target) in states)
        {
            var node = await CreateAsync(stack, source, state, target);
            foreach (var (verb, from) in allowed)
            {
                var answer = await SetAsync(stack, node, verb);
                if (!from.Contains(state))
                {
                    Assert.True(answer.Status == 400, $"{verb} in {state}: {answer.Status}: {answer.Body}");
                    continue;
                }

                Assert.True(answer.Status == 202, $"{verb} in {state}: {answer.Status}: {answer.Body}");
                await stack.WaitUntilUnlockedAsync(node);
                node = await CreateAsync(stack, source, state, target);
            }
        }
    }

    private static async Task<List<(string Name, string Target)>> ReadStatesAsync() =>
        [.. (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "state_list.csv"))).Skip(1).Select(line => line.Split(',')).Select(cells => (cells[0], cells[3]))];

    private Task<TestStack> StartAsync(string database) => TestStack.StartAsync(options => options with
    {
        Drivers = ["fake"],
        Postgres = database,
        Redis = redis.Server.Endpoint,
        // Nodes are put into states in which somebody should work on them, and nobody does.
        Profile = options.Profile.With("conductor", "Tasks:InterruptedWorkInterval", "01:00:00"),
    });

    private static async Task<string> CreateAsync(TestStack stack, NpgsqlDataSource source, string state, string target)
    {
        var node = await stack.CreateNodeAsync();
        await using var command = source.CreateCommand("UPDATE nodes SET provision_state = $1, target_provision_state = $2 WHERE uuid = $3");
        command.Parameters.Add(new NpgsqlParameter { Value = state });
        command.Parameters.Add(new NpgsqlParameter { Value = target.Length == 0 ? DBNull.Value : target });
        command.Parameters.Add(new NpgsqlParameter { Value = node });
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
        return node;
    }

    private static Task<RestAnswer> SetAsync(TestStack stack, string node, string verb, string? version = "latest")
    {
        var body = new Dictionary<string, object> { ["target"] = verb };
        if (Needed.TryGetValue(verb, out var needed))
            body[needed.Name] = needed.Value;
        return stack.Rest.SendAsync("PUT", $"/v1/nodes/{node}/states/provision", JsonSerializer.Serialize(body), version);
    }
}
