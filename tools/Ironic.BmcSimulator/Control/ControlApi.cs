using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Ironic.BmcSimulator.Faults;
using Ironic.BmcSimulator.Machines;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Ironic.BmcSimulator.Control;

/// <summary>What looks behind the controllers: state, counters and faults of the fleet, in JSON over HTTP, on a port of its own and without authentication.</summary>
internal sealed class ControlApi : IAsyncDisposable
{
    private const int DefaultPage = 1000;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        RespectRequiredConstructorParameters = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly WebApplication _application;

    private ControlApi(WebApplication application, int port) => (_application, Port) = (application, port);

    public int Port { get; }

    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<ControlApi> StartAsync(SimulatedFleet fleet, IPAddress address, int port, CancellationToken cancellation)
    {
        var builder = WebServer.CreateBuilder();
        builder.Services.AddRoutingCore();
        ListenOptions? bound = null;
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, port, listen => bound = listen));
        var application = builder.Build();
        Map(application, fleet);
        try
        {
            await application.StartAsync(cancellation);
            return new ControlApi(application, bound!.IPEndPoint!.Port);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static void Map(WebApplication application, SimulatedFleet fleet)
    {
        application.Use(RefuseAsync);
        application.MapGet("/servers", context => AnswerAsync(context, fleet.Servers.Skip(Number(context, "skip", 0)).Take(Number(context, "limit", DefaultPage)).Select(ServerSummary.Of)));
        application.MapGet("/servers/{id}", context => AnswerAsync(context, ServerView.Of(Find(context, fleet))));
        application.MapPut("/servers/{id}/power", async context =>
        {
            Find(context, fleet).PowerState = (await ReadAsync<PowerChange>(context)).State;
            context.Response.StatusCode = StatusCodes.Status204NoContent;
        });
        application.MapPost("/servers/{id}/controller/reset", context =>
        {
            Find(context, fleet).ResetController();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        application.MapGet("/servers/{id}/faults", context => AnswerAsync(context, Find(context, fleet).Faults.Active));
        application.MapPost("/servers/{id}/faults", async context =>
        {
            var faults = Find(context, fleet).Faults;
            faults.Add(await ReadAsync<Fault>(context));
            await AnswerAsync(context, faults.Active);
        });
        application.MapDelete("/servers/{id}/faults", context =>
        {
            Find(context, fleet).Faults.Clear(Kind(context));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        application.MapPost("/faults", async context =>
        {
            var fault = await ReadAsync<FleetFault>(context);
            if (fault.Percent is not (>= 0 and <= 100))
                throw new BadHttpRequestException("percent is from 0 to 100");
            await AnswerAsync(context, fleet.AddFault(fault.Fault, fault.Percent).Select(server => server.Id));
        });
        application.MapDelete("/faults", context =>
        {
            fleet.ClearFaults(Kind(context));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
        application.MapGet("/counters", context => AnswerAsync(context, FleetCounters.Of(fleet)));
        application.MapDelete("/counters", context =>
        {
            foreach (var server in fleet.Servers)
            {
                server.RedfishCounters.Reset();
                server.IpmiCounters.Reset();
            }

            fleet.SharedRedfishCounters?.Reset();
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        });
    }

    /// <summary>Answers what cannot be done by saying why.</summary>
    private static async Task RefuseAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (KeyNotFoundException exception)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            await AnswerAsync(context, new { error = exception.Message });
        }
        catch (Exception exception) when (exception is JsonException or BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            await AnswerAsync(context, new { error = exception.Message });
        }
    }

    private static SimulatedServer Find(HttpContext context, SimulatedFleet fleet) => fleet[(string)context.GetRouteValue("id")!];

    private static FaultKind? Kind(HttpContext context) =>
        context.Request.Query["kind"].FirstOrDefault() is not { } text ? null
        : Enum.TryParse<FaultKind>(text, ignoreCase: true, out var kind) ? kind : throw new BadHttpRequestException($"there is no fault {text}");

    private static int Number(HttpContext context, string name, int otherwise) =>
        context.Request.Query[name].FirstOrDefault() is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw new BadHttpRequestException($"{name} is no number");

    private static async Task<T> ReadAsync<T>(HttpContext context) =>
        await JsonSerializer.DeserializeAsync<T>(context.Request.Body, Format, context.RequestAborted) ?? throw new JsonException("The body is null.");

    private static Task AnswerAsync<T>(HttpContext context, T body) => context.Response.WriteAsJsonAsync(body, Format, context.RequestAborted);
}
