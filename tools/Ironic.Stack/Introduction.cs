namespace Ironic.Stack;

/// <summary>What the launcher prints when everything is up.</summary>
internal static class Introduction
{
    public static string Describe(IronicStack stack)
    {
        var rest = stack.RestUrl.OriginalString;
        var width = stack.Processes.Max(process => process.Name.Length);
        var processes = string.Join(Environment.NewLine, stack.Processes.Select(process =>
            $"  {process.Name.PadRight(width)}  pid {process.Id,-7} {process.Url.OriginalString}   metrics and health: {process.ManagementUrl.OriginalString}"));
        return $$"""
            REST  {{rest}}
            gRPC  {{stack.GrpcUrl.OriginalString}} (h2c)
            data  {{stack.DataDirectory}}

            {{processes}}

            Try:
              curl -s {{rest}}/v1/drivers
              curl -s -H 'Content-Type: application/json' -d '{"name": "node-1", "driver": "fake-hardware"}' {{rest}}/v1/nodes
              export OS_AUTH_TYPE=none OS_ENDPOINT={{rest}}
              baremetal node list
              baremetal node power on node-1
            More in README.md. Ctrl-C stops everything.

            """;
    }
}
