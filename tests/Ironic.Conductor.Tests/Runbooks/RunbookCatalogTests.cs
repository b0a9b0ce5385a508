using Ironic.Api.V1;
using Ironic.Conductor.Runbooks;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.Runbooks;

public sealed class RunbookCatalogTests : IAsyncLifetime
{
    private static readonly Microversion BeforeFreeNames = new(111);

    private TestStorage _storage = null!;
    private RunbookCatalog _runbooks = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _runbooks = new RunbookCatalog(_storage.Runbooks, _storage.Clock, Options.Create(new ListOptions()));
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task Callers_see_no_secrets_and_a_patch_keeps_them()
    {
        await CreateAsync(Runbook("book", Step("a", """{"password": "p", "n": 1e3}""")));
        Assert.Equal("""{"password":"******","n":1e3}""", (await PatchAsync("book", Op("add", "/extra/k", "1"))).Steps.Single().Args.Text);
        Assert.Contains("\"password\": \"p\"", (await _storage.Runbooks.FindByNameAsync("book", default))!.Steps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_were_traits_once()
    {
        Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => _runbooks.CreateAsync(Runbook("book", Step("a")), BeforeFreeNames, default)));
        await _runbooks.CreateAsync(Runbook("CUSTOM_BOOK", Step("a")), BeforeFreeNames, default);
        await CreateAsync(Runbook("book", Step("a")));
        Assert.Equal(ErrorReason.DuplicateName, await ReasonAsync(() => CreateAsync(Runbook("book", Step("a")))));
        Assert.Equal(ErrorReason.RunbookNotFound, await ReasonAsync(() => _runbooks.FindAsync("nosuch", default)));
    }

    [Fact]
    public async Task Steps_that_a_patch_does_not_change_come_first()
    {
        await CreateAsync(Runbook("book", Step("a"), Step("b")));
        Assert.Equal(["b 1", "a 5"], (await PatchAsync("book", Op("replace", "/steps/0/order", "\"5\""))).Steps.Select(s => $"{s.Step} {s.Order}"));
    }

    [Fact]
    public async Task Who_makes_a_runbook_public_gives_it_up()
    {
        var runbook = Runbook("book", Step("a"));
        runbook.Owner = "p1";
        await CreateAsync(runbook);
        Assert.Equal(ErrorReason.PatchError, await ReasonAsync(() => PatchAsync("book", Op("add", "/public", "true"), Op("add", "/owner", "\"p2\""))));
        var published = await PatchAsync("book", Op("add", "/public", "true"));
        Assert.True(published.Public);
        Assert.False(published.HasOwner);
        Assert.Equal(ErrorReason.PatchError, await ReasonAsync(() => PatchAsync("book", Op("add", "/owner", "\"p2\""))));
        Assert.Equal("p2", (await PatchAsync("book", Op("replace", "/public", "false"), Op("add", "/owner", "\"p2\""))).Owner);
        Assert.False((await PatchAsync("book", Op("remove", "/owner"))).HasOwner);
    }

    [Theory]
    [InlineData("remove", "/name", null)]
    [InlineData("replace", "/name", "\"a b\"")]
    [InlineData("replace", "/name", "null")]
    [InlineData("remove", "/steps", null)]
    [InlineData("replace", "/steps", "[]")]
    [InlineData("replace", "/steps/0/order", "-1")]
    [InlineData("replace", "/steps/0/args", "null")]
    [InlineData("add", "/steps/-", """{"interface": "bios", "step": "a", "order": 9}""")]
    [InlineData("add", "/steps/-", """{"interface": "bios", "step": "b"}""")]
    [InlineData("replace", "/public", "\"true\"")]
    [InlineData("replace", "/disable_ramdisk", "1")]
    [InlineData("replace", "/extra", "5")]
    [InlineData("replace", "/traits", """["CUSTOM_A"]""")]
    [InlineData("replace", "/uuid", "\"5f000000-0000-4000-8000-000000000001\"")]
    public async Task A_patch_that_does_not_fit_changes_nothing(string op, string path, string? value)
    {
        await CreateAsync(Runbook("book", Step("a")));
        var before = await _runbooks.FindAsync("book", default);
        var reason = await ReasonAsync(() => PatchAsync("book", Op("add", "/extra/first", "1"), Op(op, path, value)));
        Assert.Contains(reason, new[] { ErrorReason.PatchError, ErrorReason.InvalidParameterValue, ErrorReason.MissingParameterValue });
        Assert.Equivalent(before, await _runbooks.FindAsync("book", default), strict: true);
    }

    [Fact]
    public async Task Descriptions_came_later()
    {
        await CreateAsync(Runbook("book", Step("a")));
        Assert.Equal("d", (await PatchAsync("book", Op("add", "/description", "\"d\""))).Description);
        Assert.Equal(
            ErrorReason.PatchError, await ReasonAsync(() => _runbooks.PatchAsync("book", [Op("add", "/description", "\"e\"")], BeforeFreeNames, default)));
    }

    [Fact]
    public async Task Traits_are_checked_and_kept_once()
    {
        await CreateAsync(Runbook("book", Step("a")));
        await _runbooks.SetTraitsAsync("book", ["CUSTOM_B", "HW_CPU_X86_VMX", "CUSTOM_B"], default);
        Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => _runbooks.SetTraitsAsync("book", ["CUSTOM_A", "nosuch"], default)));
        Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => _runbooks.AddTraitAsync("book", "HW_NO_SUCH", default)));
        Assert.Equal(["CUSTOM_B", "HW_CPU_X86_VMX"], RunbookMapper.ToApi(await _runbooks.FindAsync("book", default)).Traits);
        Assert.Equal(ErrorReason.RunbookNotFound, await ReasonAsync(() => _runbooks.AddTraitAsync("nosuch", "CUSTOM_A", default)));
        await _runbooks.DeleteAsync("book", default);
        Assert.Equal(ErrorReason.RunbookNotFound, await ReasonAsync(() => _runbooks.DeleteAsync("book", default)));
    }

    private static async Task<ErrorReason> ReasonAsync(Func<Task> action) => (await Assert.ThrowsAsync<IronicException>(action)).Reason;

    private static Runbook Runbook(string name, params RunbookStep[] steps) => new() { Name = name, Steps = { steps } };

    private static RunbookStep Step(string name, string args = "{}") => new() { Interface = StepInterface.Bios, Step = name, Args = new Json { Text = args }, Order = 1 };

    private static JsonPatchOperation Op(string op, string path, string? value = null) =>
        new() { Op = op, Path = path, Value = value is null ? null : new Json { Text = value } };

    private async Task CreateAsync(Runbook runbook) => await _runbooks.CreateAsync(runbook, Microversion.Newest, default);

    private async Task<Runbook> PatchAsync(string ident, params JsonPatchOperation[] operations) =>
        RunbookMapper.ToApi(await _runbooks.PatchAsync(ident, operations, Microversion.Newest, default));
}
