using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Ironic.Testing;

/// <summary>Signals as Linux numbers them on x86-64 and arm64.</summary>
public enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>kill(2), which System.Diagnostics.Process offers only for SIGKILL.</summary>
public static partial class Signals
{
    private const int NoSuchProcess = 3;

    /// <returns>false when there is no such process (any more).</returns>
    /// <exception cref="Win32Exception">The signal may not be sent.</exception>
    public static bool Send(int processId, Signal signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (Kill(processId, (int)signal) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error, $"kill({processId}, {signal}): {Marshal.GetPInvokeErrorMessage(error)}");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);
}
