using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ironic.Stack.Internal;

/// <summary>kill(2). <see cref="System.Diagnostics.Process.Kill()"/> knows SIGKILL only.</summary>
internal static partial class UnixSignal
{
    public const int Kill = 9;
    public const int Terminate = 15;

    private const int NoSuchProcess = 3;

    // These two have other numbers on macOS.
    public static int Continue => OperatingSystem.IsMacOS() ? 19 : 18;

    public static int Stop => OperatingSystem.IsMacOS() ? 17 : 19;

    /// <summary>Sends a signal; a process that is gone is no error.</summary>
    /// <exception cref="Win32Exception">The signal may not be sent.</exception>
    public static void Send(int processId, int signal)
    {
        if (SendNative(processId, signal) != 0 && Marshal.GetLastPInvokeError() is not NoSuchProcess and var error)
            throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendNative(int processId, int signal);
}
