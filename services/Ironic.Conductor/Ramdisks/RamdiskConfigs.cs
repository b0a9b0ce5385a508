using Ironic.Api.V1;
using Ironic.Conductor.Storage;

namespace Ironic.Conductor.Ramdisks;

/// <summary>What agents are told about how to behave. What the conductor has no setting for is as Ironic has it by default.</summary>
internal static class RamdiskConfigs
{
    private static readonly string[] ManagementWithKnownAddress = ["redfish", "idrac-redfish"];

    /// <param name="token">The agent's token, <c>******</c> when it has one already; null when it knows of none.</param>
    public static RamdiskConfig Create(NodeRow node, string? token, RamdiskOptions options)
    {
        var config = new RamdiskConfig
        {
            Metrics = new RamdiskMetrics { Backend = "noop", PrependHostReverse = true },
            MetricsStatsd = new RamdiskStatsd { StatsdHost = "localhost", StatsdPort = 8125 },
            HeartbeatTimeout = (int)options.HeartbeatTimeout.TotalSeconds,
            AgentContainers = new RamdiskContainers
            {
                ContainerStepsFile = "/etc/ironic-python-agent.d/mysteps.yaml",
                Runner = "podman",
                RunOptions = { "--rm", "--network=host" },
            },
            AgentTokenRequired = true,
            AgentMd5ChecksumEnable = true,
            PermittedImageFormats = { "raw", "gpt", "qcow2", "iso" },
            AgentSkipBmcDetect = ManagementWithKnownAddress.Contains(node.ManagementInterface),
        };
        if (token is not null)
            config.AgentToken = token;
        return config;
    }
}
