using Ironic.Api.V1;
using Ironic.Conductor.DeployTemplates;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.DeployTemplates;

public sealed class DeployTemplateCatalogTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private DeployTemplateCatalog _templates = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _templates = new DeployTemplateCatalog(_storage.DeployTemplates, _storage.Clock, Options.Create(new ListOptions()));
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task Callers_see_no_secrets_and_a_patch_keeps_them()
    {
        await _templates.CreateAsync(Template("CUSTOM_A", Step("a", """{"password": "p", "deep": {"x_token": 7}, "n": 1e3}""")), default);
        var patched = await PatchAsync("CUSTOM_A", Op("add", "/extra/k", "1"));
        Assert.Equal("""{"password":"******","deep":{"x_token":"******"},"n":1e3}""", patched.Steps.Single().Args.Text);
        Assert.Contains("\"password\": \"p\"", (await _storage.DeployTemplates.FindByNameAsync("CUSTOM_A", default))!.Steps, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_are_found_in_either_case()
    {
        var created = await _templates.CreateAsync(Template("CUSTOM_A", Step("a")), default);
        Assert.Equal(created.Uuid, (await _templates.FindAsync("custom_a", default)).Uuid);
        Assert.Equal(created.Uuid, (await _templates.FindAsync(created.Uuid.ToUpperInvariant(), default)).Uuid);
        Assert.Equal(ErrorReason.DeployTemplateNotFound, await ReasonAsync(() => _templates.FindAsync("CUSTOM_B", default)));
    }

    [Fact]
    public async Task Steps_that_a_patch_does_not_change_come_first()
    {
        await _templates.CreateAsync(Template("CUSTOM_A", Step("a"), Step("b")), default);
        Assert.Equal(["b 1", "a 5"], Shown(await PatchAsync("CUSTOM_A", Op("replace", "/steps/0/priority", "5"))));
        Assert.Equal(["b 1", "a 5", "c 2"], Shown(await PatchAsync("CUSTOM_A", Op("add", "/steps/-", """{"interface": "raid", "step": "c", "args": {}, "priority": "2"}"""))));
        Assert.Equal(["a 5", "c 2"], Shown(await PatchAsync("CUSTOM_A", Op("remove", "/steps/0"))));
        // What is no member of a step is left out.
        Assert.Equal(["a 5", "c 2"], Shown(await PatchAsync("CUSTOM_A", Op("add", "/steps/0/nosuch", "1"), Op("add", "/description", "\"d\""))));
    }

    [Theory]
    [InlineData("remove", "/name", null)]
    [InlineData("replace", "/name", "\"lower\"")]
    [InlineData("replace", "/name", "7")]
    [InlineData("remove", "/steps", null)]
    [InlineData("replace", "/steps", "[]")]
    [InlineData("replace", "/steps", "{}")]
    [InlineData("replace", "/steps/0/interface", "\"nosuch\"")]
    [InlineData("replace", "/steps/0/step", "\"\"")]
    [InlineData("replace", "/steps/0/priority", "-1")]
    [InlineData("replace", "/steps/0/args", "[]")]
    [InlineData("remove", "/steps/0/args", null)]
    [InlineData("add", "/steps/-", """{"interface": "bios", "step": "a", "args": {}, "priority": 9}""")]
    [InlineData("replace", "/extra", "5")]
    [InlineData("replace", "/uuid", "\"5f000000-0000-4000-8000-000000000001\"")]
    [InlineData("add", "/nosuch", "1")]
    public async Task A_patch_that_does_not_fit_changes_nothing(string op, string path, string? value)
    {
        var created = await _templates.CreateAsync(Template("CUSTOM_A", Step("a")), default);
        var reason = await ReasonAsync(() => PatchAsync("CUSTOM_A", Op("add", "/extra/first", "1"), Op(op, path, value)));
        Assert.Contains(reason, new[] { ErrorReason.PatchError, ErrorReason.InvalidParameterValue, ErrorReason.MissingParameterValue });
        Assert.Equivalent(created, await _templates.FindAsync("CUSTOM_A", default), strict: true);
    }

    [Fact]
    public async Task What_does_not_fit_is_not_created()
    {
        var missing = Template("CUSTOM_A", new DeployStep { Interface = StepInterface.Bios, Step = "a", Args = new Json { Text = "{}" } });
        Assert.Equal(ErrorReason.MissingParameterValue, await ReasonAsync(() => _templates.CreateAsync(missing, default)));
        Assert.Equal(ErrorReason.MissingParameterValue, await ReasonAsync(() => _templates.CreateAsync(Template("CUSTOM_A"), default)));
        foreach (var broken in new[]
        {
            Template("lower", Step("a")), Template("CUSTOM_A", Step("a"), Step("a")), Template("CUSTOM_A", Step("a", "[]")), Template("CUSTOM_A", Step("a", "{")),
            Template("CUSTOM_" + new string('X', 300), Step("a")),
        })
        {
            Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => _templates.CreateAsync(broken, default)));
        }

        Assert.Empty((await _templates.ListAsync(new ListDeployTemplatesRequest(), default)).DeployTemplates);
    }

    private static async Task<ErrorReason> ReasonAsync(Func<Task> action) => (await Assert.ThrowsAsync<IronicException>(action)).Reason;

    private static IEnumerable<string> Shown(DeployTemplate template) => template.Steps.Select(s => $"{s.Step} {s.Priority}");

    private static DeployTemplate Template(string name, params DeployStep[] steps) => new() { Name = name, Steps = { steps } };

    private static DeployStep Step(string name, string args = "{}") => new() { Interface = StepInterface.Bios, Step = name, Args = new Json { Text = args }, Priority = 1 };

    private static JsonPatchOperation Op(string op, string path, string? value = null) =>
        new() { Op = op, Path = path, Value = value is null ? null : new Json { Text = value } };

    private async Task<DeployTemplate> PatchAsync(string ident, params JsonPatchOperation[] operations) =>
        DeployTemplateMapper.ToApi(await _templates.PatchAsync(ident, operations, Microversion.Newest, default));
}
