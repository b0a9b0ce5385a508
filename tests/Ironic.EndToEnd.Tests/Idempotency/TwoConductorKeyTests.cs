using System.Text.Json;
using Ironic.EndToEnd.Tests.Support;
using Ironic.Testing;

namespace Ironic.EndToEnd.Tests.Idempotency;

/// <summary>The same creation at the same time, at two conductors.</summary>
[Collection(nameof(BackendCollection))]
public sealed class TwoConductorKeyTests(PostgresFixture postgres, RedisFixture redis)
{
    [Fact]
    public async Task Repetitions_at_the_same_time_create_once()
    {
        var database = await postgres.Server.CreateDatabaseAsync();
        await using var stack = await TestStack.StartAsync(options => options with { Conductors = 2, Drivers = ["fake"], Postgres = database, Redis = redis.Server.Endpoint });
        for (var round = 0; round < 5; round++)
        {
            var key = IdempotencyKeyTests.NewKey();
            var body = JsonSerializer.Serialize(new { driver = "fake-hardware", name = $"n-{round}" });

            var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => IdempotencyKeyTests.PostAsync(stack, "/v1/nodes", body, key)));

            answers[0].AssertStatus(201);
            Assert.All(answers, answer => IdempotencyKeyTests.AssertSame(answers[0], answer));
        }

        Assert.Equal(5, (await stack.Rest.GetAsync("/v1/nodes")).AssertStatus(200).Json.GetProperty("nodes").GetArrayLength());
    }
}
