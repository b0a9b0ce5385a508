using Ironic.Api.V1;
using Ironic.Conductor.Chassis;
using Ironic.Conductor.Idempotency;
using Ironic.Conductor.Storage;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Testing;
using Microsoft.Extensions.Options;
using ChassisResource = Ironic.Api.V1.Chassis;

namespace Ironic.Conductor.Tests.Idempotency;

public sealed class SqliteKeyedCreationTests : KeyedCreationTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.SqliteAsync();
}

[Collection(nameof(PostgresCollection))]
public sealed class PostgresKeyedCreationTests(PostgresFixture postgres) : KeyedCreationTests
{
    private protected override Task<TestStorage> OpenAsync() => TestStorage.PostgresAsync(postgres.Server);
}

/// <summary>Resources and their answers in one transaction. There is no lock here, as if it were lost.</summary>
public abstract class KeyedCreationTests : IAsyncLifetime
{
    private static readonly CreationKey Key = new("", "key");
    private static readonly byte[] Fingerprint = [1, 2, 3];

    private TestStorage _storage = null!;
    private ChassisCollection _chassis = null!;

    private protected abstract Task<TestStorage> OpenAsync();

    public async Task InitializeAsync()
    {
        _storage = await OpenAsync();
        _chassis = new ChassisCollection(_storage.Chassis, _storage.Clock, Options.Create(new ListOptions()));
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task The_answer_is_stored_with_the_resource()
    {
        var uuid = await CreateAsync(Key);

        var recorded = await Store().FindAsync(Key, default);
        Assert.Equal(Fingerprint, recorded!.Fingerprint);
        Assert.Equal(uuid, CreateChassisResponse.Parser.ParseFrom(recorded.Answer).Chassis.Uuid);
        Assert.Null(await Store().FindAsync(Key with { Key = "another" }, default));
        Assert.Null(await Store().FindAsync(Key with { Project = "another" }, default));
    }

    [Fact]
    public async Task Of_creations_with_one_key_at_a_time_one_creates()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TryCreateAsync(Key))));

        var uuid = Assert.Single(outcomes, outcome => outcome is not null);
        Assert.Equal([uuid], (await ListAsync()).Select(each => each.Uuid));
        Assert.Equal(uuid, CreateChassisResponse.Parser.ParseFrom((await Store().FindAsync(Key, default))!.Answer).Chassis.Uuid);
    }

    [Fact]
    public async Task What_fails_leaves_no_answer()
    {
        var uuid = await CreateAsync(new CreationKey("", "first"));

        var refusal = await Assert.ThrowsAsync<IronicException>(() => CreateAsync(Key, uuid));

        Assert.Equal(ErrorReason.ChassisAlreadyExists, refusal.Reason);
        Assert.Null(await Store().FindAsync(Key, default));
    }

    [Fact]
    public async Task What_is_taken_back_frees_its_key()
    {
        await CreateAsync(Key, withdraw: true);
        Assert.Null(await Store().FindAsync(Key, default));

        await CreateAsync(Key);
        Assert.NotNull(await Store().FindAsync(Key, default));
    }

    [Fact]
    public async Task Past_the_window_a_key_is_as_good_as_new()
    {
        await CreateAsync(Key, window: TimeSpan.FromSeconds(-1));
        Assert.Null(await Store().FindAsync(Key, default));

        var second = await CreateAsync(Key);
        await CreateAsync(new CreationKey("", "old"), window: TimeSpan.FromSeconds(-1));

        Assert.Equal(second, CreateChassisResponse.Parser.ParseFrom((await Store().FindAsync(Key, default))!.Answer).Chassis.Uuid);
        Assert.Equal(1, await Store().RemoveExpiredAsync(default));
        Assert.NotNull(await Store().FindAsync(Key, default));
    }

    [Fact]
    public async Task What_goes_on_after_the_call_has_nothing_to_do_with_the_key()
    {
        var creation = new KeyedCreation(Store(), Key, Fingerprint);
        KeyedCreation.Current = creation;
        creation.Close();

        await _chassis.CreateAsync(new ChassisResource(), default);

        Assert.False(creation.IsRecorded);
        Assert.Null(await Store().FindAsync(Key, default));
    }

    private IdempotencyStore Store(TimeSpan? window = null) =>
        new(_storage.Database, Options.Create(new IdempotencyOptions { Window = window ?? TimeSpan.FromHours(1) }), _storage.Clock);

    private async Task<string> CreateAsync(CreationKey key, string uuid = "", bool withdraw = false, TimeSpan? window = null)
    {
        var creation = new KeyedCreation(Store(window), key, Fingerprint);
        KeyedCreation.Current = creation;
        var created = await _chassis.CreateAsync(new ChassisResource { Uuid = uuid }, default);
        Assert.True(creation.IsRecorded);
        if (withdraw)
            await KeyedCreation.WithdrawAsync();
        return created.Uuid;
    }

    private async Task<string?> TryCreateAsync(CreationKey key)
    {
        try
        {
            return await CreateAsync(key);
        }
        catch (KeyTakenException)
        {
            return null;
        }
    }

    private async Task<IReadOnlyList<ChassisResource>> ListAsync() => (await _chassis.ListAsync(new ListChassisRequest(), default)).Chassis;
}
