using System.Text.Json;
using System.Text.Json.Nodes;
using Ironic.Stack;

namespace Ironic.Conformance;

/// <summary>The command line of <c>tools/conformance</c>.</summary>
/// <param name="Options">What is looked at.</param>
/// <param name="JsonPath">Where the report goes as JSON; null: nowhere.</param>
/// <param name="Verbose">Whether each check is told as it ends.</param>
internal sealed record CommandLine(ConformanceOptions Options, string? JsonPath, bool Verbose)
{
    public const string Usage =
        """
        Looks whether a driver keeps the driver contract (protos/ironic/driver/v1/SPEC.md), requirement by requirement.

        tools/conformance ENDPOINT [OPTION...]

          ENDPOINT                  where the driver listens: http://127.0.0.1:7101
          --machine FILE            a machine that the driver can reach, as JSON: {"hardware_type": "...", "driver_info": {...}}; one for each hardware type
          --allow-changes           the machines may be switched, rebooted, reconfigured and erased: nobody needs them
          --authority FILE          PEM: the authorities of which the driver must have its certificate (default: the system's)
          --certificate FILE        PEM: the certificate, and its key, that is shown to the driver
          --key FILE                PEM: the certificate's key, if it is in a file of its own
          --only R-061,R-052,...    looks only at these requirements
          --call-timeout SECONDS    how long a call may take before it counts as hanging (default 60)
          --json FILE               writes the report as JSON, too
          --verbose                 tells of each check as it ends

        Without a machine, what needs one is skipped; without --allow-changes, so is what changes one.
        The exit status is 0 when nothing failed, 1 when something did, 2 when it could not be looked at.
        """;

    /// <exception cref="FormatException">Something is wrong with it.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0 || !Uri.TryCreate(args[0], UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new FormatException("the first argument is where the driver listens: http://HOST:PORT (try --help)");
        var reader = new ArgumentReader([.. args.Skip(1)], message => new FormatException(message));
        var machines = new List<string>();
        var mayChange = false;
        var options = new ConformanceOptions { Endpoint = endpoint };
        string? json = null;
        var verbose = false;
        while (reader.Next())
        {
            switch (reader.Name)
            {
                case "--machine": machines.Add(reader.Value()); break;
                case "--allow-changes": mayChange = true; break;
                case "--authority": options = options with { AuthorityPath = reader.Value() }; break;
                case "--certificate": options = options with { CertificatePath = reader.Value() }; break;
                case "--key": options = options with { KeyPath = reader.Value() }; break;
                case "--only": options = options with { Requirements = reader.List() }; break;
                case "--call-timeout": options = options with { CallTimeout = TimeSpan.FromSeconds(reader.Number(1)) }; break;
                case "--json": json = reader.Value(); break;
                case "--verbose": verbose = true; break;
                // What starts it may have built it.
                case "--no-build": break;
                default: throw reader.Unknown();
            }
        }

        return new CommandLine(options with { Machines = [.. machines.Select(path => ReadMachine(path, mayChange))] }, json, verbose);
    }

    private static Machine ReadMachine(string path, bool mayChange)
    {
        try
        {
            var machine = JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new FormatException($"{path} holds no JSON object");
            if (machine["hardware_type"] is not JsonValue type || !type.TryGetValue<string>(out var name))
                throw new FormatException($"{path} has no hardware_type");
            return machine["driver_info"] is JsonObject info ? new Machine(name, info, mayChange) : throw new FormatException($"{path} has no driver_info");
        }
        catch (JsonException e)
        {
            // The text may hold passwords.
            throw new FormatException($"{path} holds no JSON: line {e.LineNumber + 1}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FormatException($"{path} cannot be read: {e.Message}", e);
        }
    }
}
