using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>Where a verification stands between two lines.</summary>
/// <param name="Entries">How many entries verify.</param>
/// <param name="Lines">How many lines were read.</param>
/// <param name="ByteOffset">How many bytes were read.</param>
/// <param name="Head">The hash of the last entry.</param>
internal readonly record struct AuditPosition(long Entries, long Lines, long ByteOffset, Sha256Digest Head);
