using Interlock.Canonical;

namespace Interlock.Ledger;

/// <summary>
/// A log of the old system that verifies, ready to be archived: the file as a blob and one <c>imported</c> entry. It never
/// becomes state: approvals are not imported. See <c>docs/spec/ledger.md</c>, import.
/// </summary>
public sealed class LedgerImport
{
    /// <summary>After so many lost races the caller hears of it instead.</summary>
    private const int MaxTries = 8;

    private LedgerImport(ReadOnlyMemory<byte> file, Sha256Digest sha256, AuditReport report)
    {
        File = file;
        Sha256 = sha256;
        Report = report;
    }

    /// <summary>The bytes of the file.</summary>
    public ReadOnlyMemory<byte> File { get; }

    /// <summary>The digest of the file.</summary>
    public Sha256Digest Sha256 { get; }

    /// <summary>What its verification found: it verifies and is not empty.</summary>
    public AuditReport Report { get; }

    /// <summary>Verifies a log.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>The log, or where it does not verify.</returns>
    public static Result<LedgerImport> TryRead(ReadOnlyMemory<byte> file)
    {
        var verifier = new AuditVerifier();
        verifier.Feed(file.Span);
        var report = verifier.Finish();
        return report switch
        {
            { Problem: { } problem } => new Refusal(
                RefusalCode.Corrupt,
                $"line {problem.Line}",
                $"the log does not verify at byte {problem.ByteOffset}: {problem.Message}; nothing was imported"),
            { Verdict: AuditVerdict.Verified } => new LedgerImport(file, Sha256Digest.Of(file.Span), report),
            _ => Refusal.Of(RefusalCode.Malformed, "the log is empty; there is nothing to import"),
        };
    }

    /// <summary>Archives the log, once: a log that is there already is answered with its entry.</summary>
    /// <param name="store">The ledger.</param>
    /// <param name="cancellationToken">Ends the wait before the write starts.</param>
    /// <returns>The <c>imported</c> entry.</returns>
    public async Task<Result<LedgerEntry>> ArchiveAsync(ILedgerStore store, CancellationToken cancellationToken)
    {
        var @event = JsonObject.Of(
            ("kind", EventKinds.Imported),
            ("sha256", Sha256.ToString()),
            ("entries", Report.Entries),
            ("head", Report.Head.ToString()));
        for (var tries = 0; tries < MaxTries; tries++)
        {
            if (!(await store.ReadStreamAsync(StreamId.Archive, cancellationToken)).TryGet(out var archived, out var refusal))
            {
                return refusal;
            }

            if (archived.FirstOrDefault(entry => entry.Event.Text("sha256") == Sha256.ToString()) is { } before)
            {
                return before;
            }

            var append = new Append
            {
                CanWait = true,
                Reads = [new StreamVersion(StreamId.Archive, archived.Length)],
                Events = [@event],
                Blobs = [File],
            };
            switch (await store.AppendAsync(append, cancellationToken))
            {
                case AppendAnswer.Appended appended:
                    return appended.Entries[0];
                case AppendAnswer.Refused refused:
                    return refused.Refusal;
                case AppendAnswer.OutcomeUnknown unknown:
                    return unknown.Refusal;
                default:
                    // somebody else imported; look again whether it was this log
                    continue;
            }
        }

        return Refusal.Of(RefusalCode.Busy, "other imports were faster each time; try again");
    }
}
