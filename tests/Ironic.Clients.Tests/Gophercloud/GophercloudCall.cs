using System.Text.Json;

namespace Ironic.Clients.Tests.Gophercloud;

/// <summary>A call of gophercloud, and the answer that it takes.</summary>
/// <param name="Name">Package and function.</param>
/// <param name="Request">Verb and what follows <c>/v1/</c>; words in braces are what a test prepares.</param>
/// <param name="Status">The only success that it takes, or of several the one that the service has.</param>
/// <param name="Body">The JSON body that it sends.</param>
/// <param name="Result">What it decodes the answer into; null: it reads no answer.</param>
/// <param name="Collection">The answer's member that has a list of <paramref name="Result"/>.</param>
/// <param name="State">The provisioning state that the node must have.</param>
internal sealed record GophercloudCall(
    string Name, string Request, int Status, string? Body = null, GoShape? Result = null, string? Collection = null, string State = "enroll")
{
    public string Verb => Request.Split(' ')[0];

    public string Path => Request.Split(' ')[1];

    public void AssertAnswer(RestAnswer answer)
    {
        answer.AssertStatus(Status);
        Assert.Equal("1.1", answer.Header("X-OpenStack-Ironic-API-Minimum-Version"));
        if (Result is null)
        {
            Assert.Empty(answer.Bytes);
            Assert.Null(answer.Header("Content-Type"));
            return;
        }

        Assert.Equal("application/json", answer.Header("Content-Type"));
        if (Collection is null)
        {
            Result.AssertDecodes(answer.Json);
            return;
        }

        var items = answer.Json.GetProperty(Collection).EnumerateArray().ToList();
        Assert.All(items, Result.AssertDecodes);
        // Its pager would follow links in this member, had the service any; a `next` beside it is no link to it.
        Assert.False(answer.Json.TryGetProperty($"{Collection}_links", out _));
        if (answer.Json.TryGetProperty("next", out var next))
            Assert.Equal(JsonValueKind.String, next.ValueKind);
    }
}
