namespace Ironic.EndToEnd.Tests.Cluster;

/// <summary>One after the other and beside no other tests: each needs all of the machine, and one is told by how many seconds something takes.</summary>
[CollectionDefinition(nameof(ClusterCollection), DisableParallelization = true)]
public sealed class ClusterCollection;
