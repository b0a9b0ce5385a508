using System.Security.Cryptography;
using System.Text.Json;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>Makes what a call needs, when its path or body names it, and puts its ident there.</summary>
/// <param name="stack">Where it is made.</param>
/// <param name="state">The provisioning state that the node gets: enroll, manageable or available.</param>
internal sealed class CallResources(TestStack stack, string state)
{
    private readonly Dictionary<string, string> _idents = new(StringComparer.Ordinal);

    /// <summary>A MAC address that nobody has.</summary>
    public static string NewAddress() => "52:" + string.Join(':', Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(5)).Chunk(2).Select(digits => new string(digits)));

    /// <summary>Puts idents in the place of <c>{node}</c>, <c>{name}</c>, <c>{port}</c>, <c>{portgroup}</c>, <c>{allocation}</c>, <c>{allocated}</c> (an allocation's node), <c>{address}</c> and <c>{new}</c> (a name).</summary>
    public async Task<string> FillAsync(string text)
    {
        foreach (var word in new[] { "node", "name", "port", "portgroup", "allocation", "allocated", "address", "new" })
        {
            if (text.Contains($"{{{word}}}", StringComparison.Ordinal))
                text = text.Replace($"{{{word}}}", await GetAsync(word), StringComparison.Ordinal);
        }

        return text;
    }

    private async Task<string> GetAsync(string word)
    {
        if (!_idents.TryGetValue(word, out var ident))
            _idents[word] = ident = await MakeAsync(word);
        return ident;
    }

    private async Task<string> MakeAsync(string word)
    {
        switch (word)
        {
            case "node":
                return await MakeNodeAsync(state);
            case "name":
                var name = NewName();
                await stack.CreateNodeAsync(more: new() { ["name"] = name });
                return name;
            case "port":
                return await PostAsync("ports", new { node_uuid = await GetAsync("node"), address = NewAddress(), physical_network = "physnet1" });
            case "portgroup":
                return await PostAsync("portgroups", new { node_uuid = await GetAsync("node"), address = NewAddress() });
            case "allocation":
                return await PostAsync("allocations", new { resource_class = NewName(), extra = new { a = "b" } });
            case "allocated":
                var node = await MakeNodeAsync("available");
                var resourceClass = NewName();
                (await stack.Rest.PatchAsync($"/v1/nodes/{node}", new[] { new { op = "add", path = "/resource_class", value = resourceClass } })).AssertStatus(200);
                // A node whose power state is unknown is not allocated.
                (await stack.Rest.PutAsync($"/v1/nodes/{node}/states/power", new { target = "power off" })).AssertStatus(202);
                await stack.WaitForNodeAsync(node, found => found.GetProperty("power_state").GetString() == "power off", $"{node} is off");
                await stack.WaitUntilUnlockedAsync(node);
                await PostAsync("allocations", new { resource_class = resourceClass });
                await stack.WaitForNodeAsync(node, found => found.GetProperty("allocation_uuid").ValueKind == JsonValueKind.String, $"{node} is allocated");
                await stack.WaitUntilUnlockedAsync(node);
                return node;
            case "address":
                return NewAddress();
            case "new":
                return NewName();
            default:
                throw new ArgumentException($"{word} is not known.", nameof(word));
        }
    }

    private async Task<string> MakeNodeAsync(string wanted)
    {
        var node = await stack.CreateNodeAsync();
        if (wanted is "manageable" or "available")
            await stack.ProvisionAsync(node, "manage", "manageable");
        if (wanted is "available")
            await stack.ProvisionAsync(node, "provide", "available");
        await stack.WaitUntilUnlockedAsync(node);
        return node;
    }

    private async Task<string> PostAsync(string collection, object body) =>
        (await stack.Rest.PostAsync($"/v1/{collection}", body)).AssertStatus(201).Json.GetProperty("uuid").GetString()!;

    private static string NewName() => "gopher-" + Guid.NewGuid().ToString("N")[..12];
}
