using System.Net;
using System.Net.Sockets;

namespace Ironic.Testing;

/// <summary>
/// TCP ports for servers under test. A port is handed out once: to no other caller on this machine, in this or another process,
/// until this process ends. So a server may be stopped and started again on its port.
/// </summary>
public static class FreePort
{
    // Below the range (32768 and up) from which Linux gives ports to outgoing connections: those would take a port between two starts of its server.
    private const int First = 20_000;
    private const int Count = 12_000;

    private static readonly Lock Gate = new();
    private static readonly HashSet<int> Mine = [];

    // Byte N of this file, locked by a process, is port N reserved by it. The kernel frees a process' record locks when it ends.
    private static readonly Lazy<FileStream> Reservations = new(() => new FileStream(
        Path.Combine(Path.GetTempPath(), $"ironic-test-ports-{Environment.UserName}"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <summary>Reserves a port on which nothing listens on the loopback addresses.</summary>
    /// <exception cref="InvalidOperationException">All of them are taken.</exception>
    public static int Next()
    {
        var offset = Random.Shared.Next(Count);
        lock (Gate)
        {
            for (var i = 0; i < Count; i++)
            {
                var port = First + ((offset + i) % Count);
                // A port that is in use by a stranger stays reserved: nobody else here can use it either.
                if (Mine.Contains(port) || !TryReserve(port))
                    continue;
                Mine.Add(port);
                if (IsFree(port))
                    return port;
            }
        }

        throw new InvalidOperationException($"No free port in {First}-{First + Count - 1}.");
    }

    private static bool TryReserve(int port)
    {
        if (!OperatingSystem.IsLinux())
            throw new PlatformNotSupportedException("The tests start Linux servers; they run on Linux.");
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

    private static bool IsFree(int port)
    {
        try
        {
            foreach (var address in (ReadOnlySpan<IPAddress>)[IPAddress.Loopback, IPAddress.Any])
            {
                using var listener = new TcpListener(address, port);
                listener.Start();
            }

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
