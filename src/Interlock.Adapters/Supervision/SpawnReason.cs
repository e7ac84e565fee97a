using System.ComponentModel;

namespace Interlock.Adapters.Supervision;

/// <summary>Why a process could not be started.</summary>
internal static class SpawnReason
{
    /// <summary>The operating system's reason alone: the runtime's message repeats the command.</summary>
    public static string Of(Exception failure) =>
        failure is Win32Exception native ? new Win32Exception(native.NativeErrorCode).Message : failure.Message;
}
