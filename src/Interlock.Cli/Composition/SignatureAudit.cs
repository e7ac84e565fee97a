using System.Collections.Immutable;
using Interlock.Cli.Configuration;
using Interlock.Ledger;
using Interlock.Release;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>
/// The audit of signatures, with its memory: what was verified once is not verified again while the ledger up to there is the same. The
/// memory is a note of the log's key beside the anchor; whoever writes the ledger can neither write nor forge it.
/// </summary>
internal static class SignatureAudit
{
    /// <summary>Audits the ledger of an installation.</summary>
    public static async Task<Result<Audit>> RunAsync(Installation opened, CancellationToken stop)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        var log = opened.Configuration.Log;
        TreeHead? mark = null;
        if (log is not null)
        {
            if (Read(log).TryGet(out var read, out var ignored))
            {
                mark = read.Head;
            }
            else
            {
                notes.Add(ignored.Message);
            }
        }

        var audit = new LedgerAudit(opened.Store, RegisteredSigners.ReadArchived);
        if (!(await audit.RunAsync(mark, stop)).TryGet(out var audited, out var refusal))
        {
            return refusal;
        }

        if (mark is { Size: > 0 } && audited.KnownBefore == 0)
        {
            notes.Add("what an earlier `fsck` verified is not taken over, because it speaks of another ledger than this one; everything was verified anew");
        }

        if (log is not null && audited.Findings.IsEmpty && audited.Head.Size > audited.KnownBefore && Remember(log, audited.Head) is { } unwritten)
        {
            notes.Add(unwritten.Message);
        }

        return new Audit(audited.Findings, notes.ToImmutable());
    }

    private static Result<Remembered> Read(LogPlace log)
    {
        if (!MarkFile.Read(MarkFile.Beside(log.AnchorFile)).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        return bytes.Length == 0 ? new Remembered(null)
            : AuditMark.Read(bytes, LogNotes.Verifier(log.Public)).TryGet(out var head, out refusal) ? new Remembered(head)
            : refusal;
    }

    private static Refusal? Remember(LogPlace log, TreeHead head)
    {
        if (!LogAnchor.Open(log).TryGet(out var key, out _))
        {
            // an auditor without the key verifies everything each time, which is what they came for
            return null;
        }

        using (key)
        {
            return MarkFile.Write(MarkFile.Beside(log.AnchorFile), AuditMark.Write(key.Signer, head));
        }
    }

    /// <summary>What the audit came to.</summary>
    internal sealed record Audit(ImmutableArray<string> Findings, ImmutableArray<string> Notes);

    private sealed record Remembered(TreeHead? Head);
}
