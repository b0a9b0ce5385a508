using Ironic.Hosting;
using Ironic.Hosting.Endpoints;
using Ironic.StandIn;

return await IronicHost.RunAsync(
    "ironic-stand-in",
    args,
    builder =>
    {
        var configuration = builder.Configuration;
        if (configuration["StandIn:Refuse"] is { } reason)
            throw new FormatException(reason);
        builder.AddIronicGrpc();
        if (configuration["Api:RestUrl"] is { } rest)
            builder.ListenHttp1(_ => rest).ListenHttp2(_ => configuration["Api:GrpcUrl"]!);
        else
            builder.ListenHttp2(_ => (configuration["Conductor:Url"] ?? configuration["Driver:Url"])!);
        builder.Services.AddHostedService<Misbehaviour>();
    },
    app =>
    {
        app.MapIronicHealth();
        app.MapGrpcService<StandInDriver>();
        app.MapGet("/", () => "{}");
        var conductors = app.Configuration.GetSection("Api:Conductors").GetChildren().Count();
        var refusals = app.Configuration.GetValue("StandIn:UnknownDrivers", 0);
        // Some requests pass before the drivers are known.
        app.MapGet("/v1/drivers/{name}", () => Interlocked.Decrement(ref refusals) >= 0
            ? Results.NotFound()
            : Results.Json(new { hosts = Enumerable.Range(1, conductors) }));
        app.MapGet("/settings", (IConfiguration settings) => Results.Json(settings.AsEnumerable().ToDictionary(pair => pair.Key, pair => pair.Value)));
    });
