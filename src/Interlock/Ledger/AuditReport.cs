using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>What became of the verification of a log.</summary>
public enum AuditVerdict
{
    /// <summary>Nothing is known.</summary>
    Unknown = 0,

    /// <summary>Every entry follows from the one before. That the log's end was not cut off, the log alone cannot show.</summary>
    Verified,

    /// <summary>There is no entry: nothing was verified.</summary>
    Empty,

    /// <summary>An entry does not verify, or is not one.</summary>
    Broken,
}

/// <summary>Where and why a log does not verify.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="ByteOffset">Where the line starts, in bytes from 0.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Torn">
/// Whether it is a last line without its line feed that is no JSON: a write that was interrupted. What stands before
/// <paramref name="ByteOffset"/> verifies.
/// </param>
public sealed record AuditProblem(long Line, long ByteOffset, string Message, bool Torn = false)
{
    /// <summary>The problem on one line.</summary>
    public override string ToString() => $"line {Line}, byte {ByteOffset}: {Message}";
}

/// <summary>The answer of an <see cref="AuditVerifier"/>.</summary>
/// <param name="Verdict">What became of it.</param>
/// <param name="Entries">How many entries verify, from the first.</param>
/// <param name="Head">The hash of the last entry that verifies; zeros where none does.</param>
/// <param name="Problem">Where it breaks; null where it does not.</param>
public sealed record AuditReport(AuditVerdict Verdict, long Entries, Sha256Digest Head, AuditProblem? Problem)
{
    /// <summary>Whether nothing is wrong. An empty log is not wrong, but see <see cref="Verdict"/>: nothing was verified either.</summary>
    public bool Ok => Verdict is AuditVerdict.Verified or AuditVerdict.Empty;
}
