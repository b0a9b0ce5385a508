using Ironic.Api.V1;
using Ironic.Conductor.InspectionRules;
using Ironic.Conductor.Tests.Storage;
using Ironic.Hosting.Errors;
using Ironic.Hosting.Requests;
using Ironic.Types.V1;
using Microsoft.Extensions.Options;

namespace Ironic.Conductor.Tests.InspectionRules;

public sealed class InspectionRuleCatalogTests : IAsyncLifetime
{
    private TestStorage _storage = null!;
    private InspectionRuleCatalog _rules = null!;

    public async Task InitializeAsync()
    {
        _storage = await TestStorage.SqliteAsync();
        _rules = new InspectionRuleCatalog(_storage.InspectionRules, _storage.Clock, Options.Create(new ListOptions()));
    }

    public async Task DisposeAsync() => await _storage.DisposeAsync();

    [Fact]
    public async Task What_a_caller_leaves_out_has_its_default()
    {
        var rule = await CreateAsync(Rule());
        Assert.Equal(("main", 0, false), (rule.Phase, rule.Priority, rule.Sensitive));
        Assert.Empty(rule.Conditions);
        Assert.Equivalent(rule, await _rules.GetAsync(rule.Uuid.ToUpperInvariant(), default), strict: true);
    }

    [Fact]
    public async Task Loops_are_shown_where_there_are_items()
    {
        var rule = Rule();
        rule.Conditions.Add(Condition("!is-none", """{"value": "{item}"}""", """["a"]"""));
        rule.Conditions.Add(Condition("is-none", """["x"]""", "[]"));
        rule.Actions.Add(Action("log", """["{item}"]""", "{}"));
        var created = await CreateAsync(rule);
        Assert.Equal(("""["a"]""", "any"), (created.Conditions[0].Loop.Text, created.Conditions[0].Multiple));
        Assert.Equal((null, false), (created.Conditions[1].Loop, created.Conditions[1].HasMultiple));
        Assert.Null(created.Actions[1].Loop);
    }

    [Fact]
    public async Task What_is_sensitive_stays_so_and_is_not_shown()
    {
        var created = await CreateAsync(Rule());
        var hidden = await PatchAsync(created.Uuid, Op("replace", "/sensitive", "true"));
        Assert.True(hidden.Sensitive);
        Assert.Empty(hidden.Actions);
        Assert.Empty((await _rules.ListAsync(new ListInspectionRulesRequest(), default)).InspectionRules.Single().Actions);
        Assert.Equal(ErrorReason.PatchError, await ReasonAsync(() => PatchAsync(created.Uuid, Op("replace", "/sensitive", "false"))));
        Assert.Equal(ErrorReason.PatchError, await ReasonAsync(() => PatchAsync(created.Uuid, Op("remove", "/sensitive"))));
        await PatchAsync(created.Uuid, Op("replace", "/priority", "3"));
        Assert.Contains("fail", (await _storage.InspectionRules.FindByUuidAsync(created.Uuid, default))!.Actions, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_removed_has_its_default_again()
    {
        var rule = Rule();
        rule.Priority = 7;
        rule.Description = "d";
        rule.Conditions.Add(Condition("is-true", """["x"]"""));
        var created = await CreateAsync(rule);
        var after = await PatchAsync(created.Uuid, Op("remove", "/priority"), Op("remove", "/description"), Op("remove", "/conditions"), Op("remove", "/phase"));
        Assert.Equal((0, false, "main"), (after.Priority, after.HasDescription, after.Phase));
        Assert.Empty(after.Conditions);
        Assert.Equivalent(created.Actions, after.Actions, strict: true);
    }

    [Theory]
    [InlineData("replace", "/priority", "null")]
    [InlineData("replace", "/priority", "10000")]
    [InlineData("replace", "/priority", "-1")]
    [InlineData("replace", "/priority", "\"1\"")]
    [InlineData("replace", "/phase", "\"late\"")]
    [InlineData("replace", "/phase", "null")]
    [InlineData("replace", "/sensitive", "\"true\"")]
    [InlineData("remove", "/actions", null)]
    [InlineData("replace", "/actions", "[]")]
    [InlineData("replace", "/actions/0/op", "\"explode\"")]
    [InlineData("remove", "/actions/0/args", null)]
    [InlineData("replace", "/actions/0/args", """{"msg": "a", "more": 1}""")]
    [InlineData("replace", "/conditions", "null")]
    [InlineData("add", "/conditions/-", """{"op": "!!eq", "args": {"values": [1, 1]}}""")]
    [InlineData("add", "/conditions/-", """{"op": "eq", "args": {"values": [1, 1]}, "multiple": "some"}""")]
    [InlineData("add", "/conditions/-", """{"op": "eq", "args": {"values": [1, 1]}, "loop": 5}""")]
    [InlineData("replace", "/uuid", "\"5f000000-0000-4000-8000-000000000001\"")]
    public async Task A_patch_that_does_not_fit_changes_nothing(string op, string path, string? value)
    {
        var created = await CreateAsync(Rule());
        var reason = await ReasonAsync(() => PatchAsync(created.Uuid, Op("add", "/description", "\"first\""), Op(op, path, value)));
        Assert.Contains(reason, new[] { ErrorReason.PatchError, ErrorReason.InvalidParameterValue, ErrorReason.MissingParameterValue });
        Assert.Equivalent(created, await _rules.GetAsync(created.Uuid, default), strict: true);
    }

    [Theory]
    [InlineData("eq", """{"values": [1, 2]}""", true)]
    [InlineData("eq", """[[1, 2], true]""", true)]
    [InlineData("eq", """[[1, 2], true, 3]""", false)]
    [InlineData("eq", """{"force_strings": true}""", false)]
    [InlineData("in-net", """["192.0.2.1"]""", false)]
    [InlineData("in-net", """{"address": "192.0.2.1", "subnet": "192.0.2.0/24"}""", true)]
    [InlineData("one-of", """{"value": 1}""", true)]
    [InlineData("is-none", "5", false)]
    [InlineData("nosuch", "[]", false)]
    public async Task Conditions_take_their_arguments(string op, string args, bool fits)
    {
        var rule = Rule();
        rule.Conditions.Add(Condition(op, args));
        if (fits)
            Assert.Equal(args, (await CreateAsync(rule)).Conditions.Single().Args.Text);
        else
            Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => CreateAsync(rule)));
    }

    [Theory]
    [InlineData("set-plugin-data", """{"path": "a", "value": 1, "plugin_data": {}}""", true)]
    [InlineData("unset-plugin-data", """["a"]""", true)]
    [InlineData("extend-plugin-data", """["a", 1, true]""", true)]
    [InlineData("extend-plugin-data", """{"path": "a"}""", false)]
    [InlineData("set-attribute", """{"path": "a", "value": 1, "plugin_data": {}}""", false)]
    public async Task Plugin_data_is_given_by_inspection_and_may_be_named(string op, string args, bool fits)
    {
        var rule = new InspectionRule { Actions = { Action(op, args) } };
        if (fits)
            Assert.Equal(args, (await CreateAsync(rule)).Actions.Single().Args.Text);
        else
            Assert.Equal(ErrorReason.InvalidParameterValue, await ReasonAsync(() => CreateAsync(rule)));
    }

    [Fact]
    public async Task Rules_are_found_by_uuid_only()
    {
        Assert.Equal(ErrorReason.InvalidUuid, await ReasonAsync(() => _rules.GetAsync("name", default)));
        Assert.Equal(ErrorReason.InspectionRuleNotFound, await ReasonAsync(() => _rules.GetAsync(Guid.NewGuid().ToString(), default)));
        var created = await CreateAsync(Rule());
        await _rules.DeleteAsync(created.Uuid, default);
        Assert.Equal(ErrorReason.InspectionRuleNotFound, await ReasonAsync(() => _rules.DeleteAsync(created.Uuid, default)));
    }

    private static async Task<ErrorReason> ReasonAsync(Func<Task> action) => (await Assert.ThrowsAsync<IronicException>(action)).Reason;

    private static InspectionRule Rule() => new() { Actions = { Action("fail", """{"msg": "no"}""") } };

    private static InspectionCondition Condition(string op, string args, string? loop = null) =>
        new() { Op = op, Args = new Json { Text = args }, Loop = loop is null ? null : new Json { Text = loop } };

    private static InspectionAction Action(string op, string args, string? loop = null) =>
        new() { Op = op, Args = new Json { Text = args }, Loop = loop is null ? null : new Json { Text = loop } };

    private static JsonPatchOperation Op(string op, string path, string? value = null) =>
        new() { Op = op, Path = path, Value = value is null ? null : new Json { Text = value } };

    private Task<InspectionRule> CreateAsync(InspectionRule rule) => _rules.CreateAsync(rule, default);

    private Task<InspectionRule> PatchAsync(string uuid, params JsonPatchOperation[] operations) => _rules.PatchAsync(uuid, operations, Microversion.Newest, default);
}
