namespace Ironic.Stack;

/// <summary>What the launcher prints when everything is up.</summary>
internal static class Introduction
{
    // One line of curl, to be pasted as it is. The version: without one Ironic takes 1.1, which has no names for nodes.
    private const string Curl = "curl -sS -H 'X-OpenStack-Ironic-API-Version: 1.82' -H 'Content-Type: application/json'";

    public static string Describe(IronicStack stack)
    {
        var rest = stack.RestUrl.OriginalString;
        var width = stack.Processes.Max(process => process.Name.Length);
        var processes = string.Join(Environment.NewLine, stack.Processes.Select(process =>
            $"  {process.Name.PadRight(width)}  pid {process.Id,-7} {process.Url.OriginalString}   metrics and health: {process.ManagementUrl.OriginalString}"));
        var requests = string.Join(Environment.NewLine, Requests(rest, [.. stack.Drivers.Select(driver => driver.Name)]).Select(request => "  " + request));
        return $"""
            REST  {rest}
            gRPC  {stack.GrpcUrl.OriginalString} (h2c)
            data  {stack.DataDirectory}

            {processes}

            Try:
            {requests}
            More in README.md. Ctrl-C stops everything.

            """;
    }

    /// <summary>Requests to paste, each with what the drivers that run can answer.</summary>
    internal static IEnumerable<string> Requests(string rest, IReadOnlyCollection<string> drivers)
    {
        yield return $"curl -sS {rest}/v1/drivers";
        if (drivers.Contains("driver-example"))
        {
            yield return $"curl -sS {rest}/v1/drivers/example/vendor_passthru/authentication_types";
            yield return $$"""{{Curl}} -d '{"name": "example-1", "driver": "example"}' {{rest}}/v1/nodes""";
            yield return $$"""{{Curl}} -d '{"raw_bytes": "0x01 0x02"}' {{rest}}/v1/nodes/example-1/vendor_passthru/send_raw""";
            // send_raw was only accepted, and this one waits for nobody.
            yield return $"sleep 1; {Curl} {rest}/v1/nodes/example-1/vendor_passthru/sent_raw";
        }

        if (drivers.Contains("driver-fake"))
        {
            yield return $$"""{{Curl}} -d '{"name": "fake-1", "driver": "fake-hardware"}' {{rest}}/v1/nodes""";
            yield return $$"""{{Curl}} -X PUT -d '{"target": "power on"}' {{rest}}/v1/nodes/fake-1/states/power""";
            yield return $$"""{{Curl}} -d '{"bar": "meow"}' {{rest}}/v1/nodes/fake-1/vendor_passthru/third_method_sync""";
        }

        yield return $"export OS_AUTH_TYPE=none OS_ENDPOINT={rest}; baremetal node list";
    }
}
