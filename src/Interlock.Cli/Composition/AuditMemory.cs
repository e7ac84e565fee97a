using System.Collections.Immutable;
using Interlock.Cli.Configuration;
using Interlock.Release;
using Interlock.Signing.LogKeys;
using Interlock.Storage;

namespace Interlock.Cli.Composition;

/// <summary>
/// The audit of a ledger, with its memory: what was found sound once is not looked at again while it is the same. The memory is a note of
/// the log's key beside the anchor; whoever writes the ledger can neither write nor forge it.
/// </summary>
internal static class AuditMemory
{
    /// <summary>Audits the ledger of an installation.</summary>
    public static async Task<Result<Audit>> RunAsync(Installation opened, CancellationToken stop)
    {
        var notes = ImmutableArray.CreateBuilder<string>();
        var log = opened.Configuration.Log;
        AuditMark? mark = null;
        if (log is not null)
        {
            if (Read(log).TryGet(out var read, out var ignored))
            {
                mark = read.Mark;
            }
            else
            {
                notes.Add(ignored.Message);
            }
        }

        if (GenesisFile.Pinned(opened.Configuration, out var genesis) is { } unreadable)
        {
            return unreadable;
        }

        var audit = new LedgerAudit(opened.Store, RegisteredSigners.ReadArchived, genesis);
        if (!(await audit.RunAsync(mark, stop)).TryGet(out var audited, out var refusal))
        {
            return refusal;
        }

        if (mark is { Head.Size: > 0 } && audited.KnownBefore == 0)
        {
            notes.Add("what an earlier `fsck` verified is not taken over, because it speaks of another ledger than this one; everything was verified anew");
        }

        if (log is not null && audited.Mark is { } sound && sound != mark && Remember(log, sound) is { } unwritten)
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
            : AuditMark.Read(bytes, LogNotes.Verifier(log.Public)).TryGet(out var mark, out refusal) ? new Remembered(mark)
            : refusal;
    }

    private static Refusal? Remember(LogPlace log, AuditMark mark)
    {
        if (!LogAnchor.Open(log).TryGet(out var key, out _))
        {
            // an auditor without the key verifies everything each time, which is what they came for
            return null;
        }

        using (key)
        {
            return MarkFile.Write(MarkFile.Beside(log.AnchorFile), mark.ToNote(key.Signer));
        }
    }

    /// <summary>What the audit came to.</summary>
    internal sealed record Audit(ImmutableArray<string> Findings, ImmutableArray<string> Notes);

    private sealed record Remembered(AuditMark? Mark);
}
