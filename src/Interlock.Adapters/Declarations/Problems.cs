namespace Interlock.Adapters.Declarations;

/// <summary>
/// Remembers the first fault of a declaration while the reading goes on with stand-in values: the readers stay free of a check
/// after each line, and nothing that was read is used once there is a fault.
/// </summary>
internal sealed class Problems
{
    /// <summary>The first fault, or null.</summary>
    public Refusal? First { get; private set; }

    /// <summary>Notes a fault.</summary>
    /// <param name="path">The place, relative to the declaration.</param>
    /// <param name="message">What is wrong and the mend.</param>
    public void Add(string path, string message) => First ??= new Refusal(RefusalCode.Invalid, path, message);
}
