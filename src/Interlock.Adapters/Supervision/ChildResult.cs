namespace Interlock.Adapters.Supervision;

/// <summary>How a supervised child ended. Closed.</summary>
internal abstract class ChildResult
{
    private ChildResult()
    {
    }

    /// <summary>No process was started: known for certain.</summary>
    public sealed class NotStarted(string reason) : ChildResult
    {
        public string Reason { get; } = reason;
    }

    /// <summary>The child ended by itself and nothing of its tree is alive.</summary>
    public sealed class Ended(int exitCode, int killed, Captured captured) : ChildResult
    {
        /// <summary>Its exit code; 128 and the signal's number where a signal ended it.</summary>
        public int ExitCode { get; } = exitCode;

        /// <summary>How many processes it left behind, all killed.</summary>
        public int Killed { get; } = killed;

        public Captured Captured { get; } = captured;
    }

    /// <summary>The child ran and was stopped, or its supervisor was lost.</summary>
    public sealed class Stopped(string reason, Captured captured) : ChildResult
    {
        public string Reason { get; } = reason;

        public Captured Captured { get; } = captured;
    }
}

/// <summary>What a child printed.</summary>
/// <param name="Output">Standard output, up to the limit.</param>
/// <param name="Both">Standard output and standard error in the order of arrival, up to twice the limit.</param>
/// <param name="Dropped">How many bytes were not kept.</param>
internal sealed record Captured(byte[] Output, byte[] Both, long Dropped)
{
    public static Captured Nothing { get; } = new([], [], 0);
}
