using System.Net;
using System.Net.Sockets;

namespace Ironic.Stack.Internal;

/// <summary>Finds ports for servers.</summary>
internal static class Ports
{
    // Below the range from which systems give ports to outgoing connections: one of those could take a port while its server restarts.
    private const int First = 10_000;
    private const int Count = 10_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Given = [];

    // Byte N of this file, locked by a process, is port N taken by it, listening or not. The kernel frees a process' record locks when it ends.
    private static readonly Lazy<FileStream> Reservations = new(() => new FileStream(
        Path.Combine(Path.GetTempPath(), $"ironic-stack-ports-{Environment.UserName}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <summary>A port on which nothing listens, given to no other stack of this user.</summary>
    /// <exception cref="StackException">There is none.</exception>
    public static int FindFree()
    {
        var offset = Random.Shared.Next(Count);
        lock (Gate)
        {
            for (var i = 0; i < Count; i++)
            {
                var port = First + ((offset + i) % Count);
                if (!Given.Contains(port) && TryReserve(port) && IsFree(port))
                {
                    Given.Add(port);
                    return port;
                }
            }
        }

        throw new StackException($"there is no free port from {First} to {First + Count - 1}");
    }

    /// <summary>Whether a server could listen on 127.0.0.1 now.</summary>
    public static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool TryReserve(int port)
    {
        // Record locks are Linux' alone; elsewhere two launchers that start at the same moment may choose the same port, and one of them fails.
        if (!OperatingSystem.IsLinux())
            return true;
        try
        {
            Reservations.Value.Lock(port, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
