using System.Runtime.CompilerServices;
using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Client;

/// <content>Nodes.</content>
public sealed partial class IronicClient
{
    /// <summary>Enrols a node. Interfaces that are not given become the hardware type's defaults.</summary>
    /// <returns>The node as it was stored.</returns>
    /// <exception cref="IronicApiException">NO_VALID_HOST_FOR_NODE: no live driver serves the hardware type. DUPLICATE_NAME and others.</exception>
    public async Task<Node> CreateNodeAsync(Node node, CancellationToken cancellationToken = default) =>
        (await Nodes.CreateNodeAsync(new CreateNodeRequest { Node = node }, cancellationToken: cancellationToken)).Node;

    /// <summary>Reads a node.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="fields">Names of the fields to read, as in the contract (<c>driver_info</c>); null for all.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IronicApiException">NODE_NOT_FOUND.</exception>
    public async Task<Node> GetNodeAsync(string node, IEnumerable<string>? fields = null, CancellationToken cancellationToken = default)
    {
        var request = new GetNodeRequest { Node = node };
        if (fields is not null)
            request.ReadMask.Add(fields);
        return (await Nodes.GetNodeAsync(request, cancellationToken: cancellationToken)).Node;
    }

    /// <summary>Reads all nodes that a request asks for. Pages are fetched while the sequence is read.</summary>
    /// <param name="request">
    /// Filters, order and read mask; null for all nodes. <see cref="ListNodesRequest.Limit"/> is the size of a page, not of the sequence,
    /// and <see cref="ListNodesRequest.Marker"/> where it begins.
    /// </param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    /// <exception cref="IronicApiException">INVALID_PARAMETER_VALUE. NODE_NOT_FOUND: the last node of a page was deleted before the next page was read.</exception>
    public async IAsyncEnumerable<Node> ListNodesAsync(
        ListNodesRequest? request = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // The caller's request stays as it is.
        request = request?.Clone() ?? new ListNodesRequest();
        do
        {
            var page = await Nodes.ListNodesAsync(request, cancellationToken: cancellationToken);
            foreach (var node in page.Nodes)
                yield return node;
            request.Marker = page.NextMarker;
        }
        while (request.Marker.Length > 0);
    }

    /// <summary>Changes a node. All of the patch happens, or nothing.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The node after the change.</returns>
    /// <exception cref="IronicApiException">NODE_LOCKED, PATCH_ERROR and others.</exception>
    public async Task<Node> PatchNodeAsync(string node, NodePatch patch, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(patch);
        return (await Nodes.PatchNodeAsync(new PatchNodeRequest { Node = node, Patch = { patch.Operations } }, cancellationToken: cancellationToken)).Node;
    }

    /// <summary>Removes a node.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="IronicApiException">NODE_LOCKED, NODE_ASSOCIATED, INVALID_STATE and others.</exception>
    public async Task DeleteNodeAsync(string node, CancellationToken cancellationToken = default) =>
        await Nodes.DeleteNodeAsync(new DeleteNodeRequest { Node = node }, cancellationToken: cancellationToken);

    /// <summary>Starts a power action, which goes on after this method; see <see cref="WaitForPowerStateAsync"/>.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="target">What to do.</param>
    /// <param name="timeout">How long the machine may take, in whole seconds; null: as the driver is configured.</param>
    /// <param name="cancellationToken">Ends the call, not the action.</param>
    /// <exception cref="IronicApiException">NODE_LOCKED and others.</exception>
    public async Task SetPowerStateAsync(string node, PowerTarget target, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        var request = new SetNodePowerStateRequest { Node = node, Target = target };
        if (timeout is { } limit)
            request.Timeout = checked((int)limit.TotalSeconds);
        await Nodes.SetNodePowerStateAsync(request, cancellationToken: cancellationToken);
    }

    /// <summary>Applies a verb to the node's provision state; what it starts goes on after this method, see <see cref="WaitForProvisionStateAsync"/>.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="verb"><c>manage</c>, <c>provide</c>, ...</param>
    /// <param name="cancellationToken">Ends the call, not what it started.</param>
    /// <exception cref="IronicApiException">INVALID_STATE_REQUESTED: not in this state. NODE_LOCKED and others.</exception>
    public async Task SetProvisionStateAsync(string node, string verb, CancellationToken cancellationToken = default) =>
        await Nodes.SetNodeProvisionStateAsync(new SetNodeProvisionStateRequest { Node = node, Target = verb }, cancellationToken: cancellationToken);

    /// <summary>Calls a vendor's own method on a node.</summary>
    /// <param name="node">UUID or name.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">A JSON object, <c>Json.From(new { raw_bytes = "0x06" })</c>; null for none.</param>
    /// <param name="httpMethod">How the method is called over REST, one of the http_methods that it is listed with.</param>
    /// <param name="cancellationToken">Ends the call; a method that was accepted goes on.</param>
    /// <returns>The result, or that the method was accepted: a failure is then found in the node's last_error.</returns>
    /// <exception cref="IronicApiException">INVALID_PARAMETER_VALUE: no such method, or not by this verb. VENDOR_PASSTHRU_FAILURE, NODE_LOCKED and others.</exception>
    public async Task<CallNodeVendorMethodResponse> CallNodeVendorMethodAsync(
        string node, string method, Json? parameters = null, string httpMethod = "POST", CancellationToken cancellationToken = default) =>
        await Nodes.CallNodeVendorMethodAsync(
            new CallNodeVendorMethodRequest { Node = node, Method = method, HttpMethod = httpMethod, Body = parameters }, cancellationToken: cancellationToken);
}
