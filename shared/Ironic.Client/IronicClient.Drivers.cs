using System.Runtime.CompilerServices;
using Ironic.Api.V1;
using Ironic.Types.V1;

namespace Ironic.Client;

/// <content>Drivers and conductors.</content>
public sealed partial class IronicClient
{
    /// <summary>Reads all hardware types that live driver processes serve.</summary>
    public async Task<IReadOnlyList<Api.V1.Driver>> ListDriversAsync(CancellationToken cancellationToken = default) =>
        (await Drivers.ListDriversAsync(new ListDriversRequest(), cancellationToken: cancellationToken)).Drivers;

    /// <summary>Reads a hardware type.</summary>
    /// <exception cref="IronicApiException">DRIVER_NOT_FOUND.</exception>
    public async Task<Api.V1.Driver> GetDriverAsync(string driver, CancellationToken cancellationToken = default) =>
        (await Drivers.GetDriverAsync(new GetDriverRequest { Driver = driver }, cancellationToken: cancellationToken)).Driver;

    /// <summary>Calls a vendor's own method that needs no node.</summary>
    /// <param name="driver">The hardware type.</param>
    /// <param name="method">The method's name.</param>
    /// <param name="parameters">A JSON object; null for none.</param>
    /// <param name="httpMethod">How the method is called over REST, one of the http_methods that it is listed with.</param>
    /// <param name="cancellationToken">Ends the call; a method that was accepted goes on.</param>
    /// <returns>The result, or that the method was accepted.</returns>
    /// <exception cref="IronicApiException">DRIVER_NOT_FOUND, INVALID_PARAMETER_VALUE, VENDOR_PASSTHRU_FAILURE and others.</exception>
    public async Task<CallDriverVendorMethodResponse> CallDriverVendorMethodAsync(
        string driver, string method, Json? parameters = null, string httpMethod = "POST", CancellationToken cancellationToken = default) =>
        await Drivers.CallDriverVendorMethodAsync(
            new CallDriverVendorMethodRequest { Driver = driver, Method = method, HttpMethod = httpMethod, Body = parameters }, cancellationToken: cancellationToken);

    /// <summary>Reads all conductors, the dead ones too. Pages are fetched while the sequence is read.</summary>
    /// <param name="request">Order, page size and read mask; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the sequence.</param>
    public async IAsyncEnumerable<Conductor> ListConductorsAsync(
        ListConductorsRequest? request = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        request = request?.Clone() ?? new ListConductorsRequest();
        do
        {
            var page = await Conductors.ListConductorsAsync(request, cancellationToken: cancellationToken);
            foreach (var conductor in page.Conductors)
                yield return conductor;
            request.Marker = page.NextMarker;
        }
        while (request.Marker.Length > 0);
    }
}
