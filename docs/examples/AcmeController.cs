// A management controller for AcmeDriver.cs, and for drivers from templates/ironic-driver, to talk to; its machine exists in memory:
//
//   dotnet run docs/examples/AcmeController.cs -- --urls http://127.0.0.1:8089
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false
using System.Text.Json.Nodes;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
var (power, settings) = ("off", new JsonObject());

app.MapGet("/power", () => power);
app.MapPut("/power", async (HttpRequest request) => power = await ReadAsync(request));
app.MapGet("/screen", () => $"The machine is {power}.\n");
app.MapGet("/settings", () => settings);
app.MapPut("/settings", (JsonObject body) => settings = body);
app.MapGet("/settings/{name}", (string name) => $"{settings[name]}");
app.MapPut("/settings/{name}", async (string name, HttpRequest request) => settings[name] = await ReadAsync(request));
app.Run();

static Task<string> ReadAsync(HttpRequest request) => new StreamReader(request.Body).ReadToEndAsync();
