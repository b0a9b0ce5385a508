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

    [Fact]
    public async Task Verbs_are_taken_in_the_states_of_the_table()
    {
        var allowed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Data", "verbs.csv")).Skip(1).Select(line => line.Split(','))
            .ToDictionary(cells => cells[0], cells => cells[1].Split(';').ToHashSet());
        var states = (await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "Data", "state_list.csv"))).Skip(1).Select(line => line.Split(',')).Select(cells => (Name: cells[0], Target: cells[3])).ToList();
        Assert.Equal((15, 30), (allowed.Count, states.Count));
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var stack = await TestStack.StartAsync(options => options with
        {
            Drivers = ["fake"],
            Postgres = database,
            Redis = redis.Server.Endpoint,
            // Nodes are put into states in which somebody should work on them, and nobody does.
            Profile = options.Profile.With("conductor", "Tasks:InterruptedWorkInterval", "01:00:00"),
        });
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

    private static Task<RestAnswer> SetAsync(TestStack stack, string node, string verb)
    {
        var body = new Dictionary<string, object> { ["target"] = verb };
        if (Needed.TryGetValue(verb, out var needed))
            body[needed.Name] = needed.Value;
        return stack.Rest.SendAsync("PUT", $"/v1/nodes/{node}/states/provision", JsonSerializer.Serialize(body));
    }
}
