using System.Text.Json;

namespace Ironic.EndToEnd.Tests.Resources;

/// <summary>Runbooks, their traits and inspection rules, as a REST caller makes and keeps them.</summary>
public sealed class RunbookTests(SharedStack shared) : IClassFixture<SharedStack>
{
    private readonly RestApi _rest = shared.Stack.Rest;

    [Fact]
    public async Task A_runbook_is_made_changed_and_deleted()
    {
        var step = new { @interface = "bios", step = "apply", args = new { password = "s3cr3t", n = 1 }, order = "2" };
        var made = (await _rest.PostAsync("/v1/runbooks", new { name = "e2e.book", steps = new[] { step }, description = "d" })).AssertStatus(201);
        var uuid = made.Json.GetProperty("uuid").GetString()!;
        Assert.EndsWith($"/v1/runbooks/{uuid}", made.Header("Location"), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", made.Body, StringComparison.Ordinal);
        Assert.Equal(2, made.Json.GetProperty("steps")[0].GetProperty("order").GetInt32());
        (await _rest.PostAsync("/v1/runbooks", new { name = "e2e.book", steps = new[] { step } })).AssertError(409);
        (await _rest.PostAsync("/v1/runbooks", new { name = "CUSTOM_E2E", steps = new[] { step }, traits = new[] { "CUSTOM_A" } })).AssertError(400);

        var patched = (await _rest.PatchAsync("/v1/runbooks/e2e.book", new object[] { new { op = "replace", path = "/public", value = true }, new { op = "remove", path = "/description" } })).AssertStatus(200);
        Assert.Equal((true, JsonValueKind.Null), (patched.Json.GetProperty("public").GetBoolean(), patched.Json.GetProperty("description").ValueKind));
        (await _rest.PatchAsync("/v1/runbooks/e2e.book", new object[] { new { op = "add", path = "/description", value = "d" } }, "1.111")).AssertError(400);

        var listed = (await _rest.GetAsync($"/v1/runbooks?fields=name,public&limit=1&sort_key=created_at&sort_dir=desc")).AssertStatus(200).Json;
        Assert.Contains("limit=1", listed.GetProperty("next").GetString(), StringComparison.Ordinal);
        Assert.Equal(["links", "name", "public"], listed.GetProperty("runbooks")[0].EnumerateObject().Select(m => m.Name).Order(StringComparer.Ordinal));
        (await _rest.GetAsync("/v1/runbooks?sort_key=steps")).AssertError(400);

        (await _rest.DeleteAsync("/v1/runbooks/e2e.book")).AssertStatus(204);
        (await _rest.GetAsync($"/v1/runbooks/{uuid}")).AssertError(404);
    }

    [Fact]
    public async Task Traits_of_a_runbook_are_set_added_and_removed()
    {
        (await _rest.PostAsync("/v1/runbooks", new { name = "e2e-traits", steps = new[] { new { @interface = "raid", step = "a", order = 0 } } })).AssertStatus(201);
        const string Traits = "/v1/runbooks/e2e-traits/traits";

        (await _rest.PutAsync(Traits, new { traits = new[] { "CUSTOM_B", "HW_CPU_X86_VMX" } })).AssertStatus(204);
        var added = (await _rest.SendAsync("PUT", $"{Traits}/CUSTOM_A")).AssertStatus(204);
        Assert.EndsWith($"{Traits}/CUSTOM_A", added.Header("Location"), StringComparison.Ordinal);
        (await _rest.PutAsync($"{Traits}/CUSTOM_C", new { traits = Array.Empty<string>() })).AssertError(400);
        (await _rest.PutAsync(Traits, new { })).AssertError(400);
        (await _rest.PutAsync(Traits, new { traits = new[] { "nosuch" } })).AssertError(400);
        (await _rest.DeleteAsync($"{Traits}/CUSTOM_B")).AssertStatus(204);
        (await _rest.DeleteAsync($"{Traits}/CUSTOM_B")).AssertStatus(204);

        Assert.Equal("""{"traits":["CUSTOM_A","HW_CPU_X86_VMX"]}""", (await _rest.GetAsync(Traits)).AssertStatus(200).Body);
        Assert.False((await _rest.GetAsync("/v1/runbooks/e2e-traits", "1.111")).AssertStatus(200).Json.TryGetProperty("traits", out _));
        (await _rest.DeleteAsync(Traits)).AssertStatus(204);
        Assert.Equal("""{"traits":[]}""", (await _rest.GetAsync(Traits)).AssertStatus(200).Body);
        (await _rest.GetAsync("/v1/runbooks/nosuch/traits")).AssertError(404);
        (await _rest.DeleteAsync("/v1/runbooks/e2e-traits")).AssertStatus(204);
    }

    [Fact]
    public async Task An_inspection_rule_is_made_hidden_and_deleted()
    {
        var actions = new[] { new { op = "set-attribute", args = new { path = "driver_info/ipmi_password", value = "s3cr3t" } } };
        var made = (await _rest.PostAsync("/v1/inspection_rules", new { actions, priority = 5 })).AssertStatus(201);
        var path = $"/v1/inspection_rules/{made.Json.GetProperty("uuid").GetString()}";
        Assert.EndsWith(path, made.Header("Location"), StringComparison.Ordinal);
        Assert.Equal("main", made.Json.GetProperty("phase").GetString());

        var hidden = (await _rest.PatchAsync(path, new object[] { new { op = "replace", path = "/sensitive", value = true }, new { op = "remove", path = "/priority" } })).AssertStatus(200);
        Assert.Equal((JsonValueKind.Null, 0), (hidden.Json.GetProperty("actions").ValueKind, hidden.Json.GetProperty("priority").GetInt32()));
        Assert.DoesNotContain("s3cr3t", (await _rest.GetAsync(path)).Body, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", (await _rest.GetAsync("/v1/inspection_rules?detail=true")).Body, StringComparison.Ordinal);
        (await _rest.PatchAsync(path, new object[] { new { op = "replace", path = "/sensitive", value = false } })).AssertError(400);
        (await _rest.PatchAsync(path, new object[] { new { op = "replace", path = "/phase", value = (string?)null } })).AssertError(400);
        (await _rest.PostAsync("/v1/inspection_rules", new { actions, phase = (string?)null })).AssertError(400);
        (await _rest.PostAsync("/v1/inspection_rules", new { actions = new[] { new { op = "fail", args = new { } } } })).AssertError(400);

        (await _rest.DeleteAsync(path)).AssertStatus(204);
        (await _rest.GetAsync(path)).AssertError(404);
    }
}
