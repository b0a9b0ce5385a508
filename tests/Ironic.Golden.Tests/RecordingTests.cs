using Ironic.Golden.Tests.Replay;

namespace Ironic.Golden.Tests;

/// <summary>The recorded answers of the original, asked of a whole stack.</summary>
public abstract class RecordingTests(GoldenStack stack)
{
    public static TheoryData<string> Recordings => [.. Directory.EnumerateFiles(Recording.Directory, "*.json").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Recordings))]
    public async Task It_is_answered_as_the_original_answered(string name)
    {
        Assert.Empty(await stack.Server.FindLeftoversAsync());
        var owed = OwedSteps.All.Of(name);
        Outcome outcome;
        try
        {
            outcome = await new Player(stack.Server, Recording.Load(name), stack.Host).PlayAsync(owed.ContainsKey, Departures.Of(name));
        }
        finally
        {
            await stack.Server.WipeAsync();
        }

        AssertNone(outcome.Failed.Where(f => !owed.ContainsKey(f.Key)).Select(f => f.Value), $"{name}: these steps differ");
        AssertNone(
            owed.Where(o => !outcome.Failed.ContainsKey(o.Key)).OrderBy(o => o.Key).Select(o => o.Value),
            $"{name}: these steps pass now; take them out of owed.json");
        AssertNone(outcome.Unexplaining, $"{name}: there is nothing any more that these entries of departures.json explain");
    }

    private static void AssertNone(IEnumerable<string> found, string what)
    {
        var list = found.ToList();
        Assert.True(list.Count == 0, $"{what} ({list.Count}):\n{string.Join('\n', list)}");
    }
}

[Trait("Database", "SQLite")]
public sealed class RecordingsOnSqlite(SqliteStack stack) : RecordingTests(stack), IClassFixture<SqliteStack>;

[Trait("Database", "PostgreSQL")]
public sealed class RecordingsOnPostgres(PostgresStack stack) : RecordingTests(stack), IClassFixture<PostgresStack>;
