using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Company.Driver.Tests;

/// <summary>A management controller with a machine that exists in memory. It wants the password <see cref="Password"/>.</summary>
public sealed class SimulatedController : IAsyncDisposable
{
    public const string Password = "the password of the test";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, string> _values = new(StringComparer.Ordinal) { ["power"] = "off" };

    private SimulatedController()
    {
        var builder = WebApplication.CreateSlimBuilder(["--urls", "http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Use(CheckPasswordAsync);
        _app.MapGet("/{**name}", (string name) => _values.GetValueOrDefault(name, ""));
        _app.MapPut("/{**name}", async (string name, HttpRequest request) =>
        {
            using var reader = new StreamReader(request.Body);
            _values[name] = await reader.ReadToEndAsync();
        });
    }

    /// <summary>HOST:PORT.</summary>
    public string Address => new Uri(_app.Urls.First()).Authority;

    public static async Task<SimulatedController> StartAsync()
    {
        var controller = new SimulatedController();
        await controller._app.StartAsync();
        return controller;
    }

    /// <summary>What the machine has: <c>power</c>, <c>settings/boot_device</c>, ...</summary>
    public string? Find(string name) => _values.GetValueOrDefault(name);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static Task CheckPasswordAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Headers["X-Password"] == Password)
            return next(context);
        context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
        return Task.CompletedTask;
    }
}
