namespace Ironic.Conductor;

/// <summary>Who this conductor is.</summary>
/// <param name="Hostname">Its name in the cluster: the <c>reservation</c> of the nodes it locks.</param>
/// <param name="Group">The conductor group, lower case; empty: the default group.</param>
/// <param name="Url">Where others reach its gRPC services.</param>
internal sealed record ConductorIdentity(string Hostname, string Group, string Url);
