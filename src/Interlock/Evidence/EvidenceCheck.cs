using System.Text;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;

namespace Interlock.Evidence;

/// <summary>
/// Checks a bundle of evidence by itself: no ledger, no configuration, nothing but its bytes. It believes the log's key that the bundle
/// names; whose key that is, only the auditor can know. See <c>docs/guide/evidence.md</c>.
/// </summary>
/// <param name="readSigners">Reads a set of signers.</param>
/// <param name="verifierOf">Looks for the signatures of a key on notes.</param>
public sealed class EvidenceCheck(SignerReader readSigners, Func<NoteKey, NoteVerifier> verifierOf)
{
    private static readonly JsonReadOptions Reading = new() { MaxBytes = EvidenceFiles.MaxFileBytes, MaxDepth = JsonReadOptions.DepthCeiling };

    /// <summary>Checks a bundle.</summary>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    /// <returns>What it proves; refused at the first thing that does not hold, with the file's name as the path.</returns>
    public async Task<Result<EvidenceReport>> RunAsync(EvidenceFiles files, CancellationToken cancellationToken)
    {
        if (!KeyOf(files).TryGet(out var key, out var refusal)
            || !EvidenceManifest.Open(files, verifierOf(key)).TryGet(out var plan, out refusal)
            || !CheckpointOf(files, key).TryGet(out var checkpoint, out refusal)
            || !EntriesOf(files, plan, checkpoint.Head).TryGet(out var entries, out refusal))
        {
            return refusal;
        }

        if ((NamesFault(files, entries) ?? KeyFault(entries, key) ?? BlobsFault(files, entries) ?? PlanFault(files, entries)) is { } fault)
        {
            return fault;
        }

        if (!(await new EvidenceStatements(files, entries, readSigners).CheckAsync(cancellationToken)).TryGet(out var people, out refusal))
        {
            return refusal;
        }

        return (Text(files, EvidenceNames.Script, VerifyScript.Bytes) ?? Text(files, EvidenceNames.Page, VerifyPage.Write(entries, files, checkpoint, key))) is { } edited
            ? edited
            : new EvidenceReport(entries.Plan, checkpoint, key, people);
    }

    private static Result<NoteKey> KeyOf(EvidenceFiles files)
    {
        if (!files.Read(EvidenceNames.LogKey).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        var text = Encoding.UTF8.GetString(bytes.Span);
        return !text.EndsWith('\n') ? Fault(EvidenceNames.LogKey, "it is one line with a line feed")
            : !NoteKey.TryParse(text[..^1], out var key, out var error) ? Fault(EvidenceNames.LogKey, error)
            : key.Algorithm != NoteAlgorithm.Ed25519 ? Fault(EvidenceNames.LogKey, "it is the key of a witness, not of a log")
            : key;
    }

    private Result<SignedCheckpoint> CheckpointOf(EvidenceFiles files, NoteKey key) =>
        !files.Read(EvidenceNames.Checkpoint).TryGet(out var bytes, out var refusal) ? refusal
        : new LogVerifier(verifierOf(key)).Open(bytes.Span, "the checkpoint").TryGet(out var checkpoint, out refusal) ? checkpoint
        : Fault(EvidenceNames.Checkpoint, refusal.Message);

    private static Result<EvidenceEntries> EntriesOf(EvidenceFiles files, PlanId plan, TreeHead head)
    {
        var entries = new List<LedgerEntry>();
        foreach (var name in files.Names.Where(EvidenceNames.IsEntry))
        {
            if (!files.Read(name).TryGet(out var line, out var refusal))
            {
                return refusal;
            }

            if (!LedgerEntry.TryReadAlone(line, out var entry, out var error))
            {
                return Fault(name, error);
            }

            if (EvidenceNames.Entry(entry.Seq) != name)
            {
                return Fault(name, $"it holds entry {entry.Seq}");
            }

            var proofName = EvidenceNames.Proof(entry.Seq);
            if (!files.Read(proofName).TryGet(out var bytes, out refusal))
            {
                return refusal;
            }

            if (EvidenceProof.Read(bytes.Span, entry.Seq, head.Size) is not { } proof || !proof.Verify(TreeHash.Leaf(line.Span), head.Root))
            {
                return Fault(proofName, $"it does not prove that {name} stands under the checkpoint of {head.Size} entries");
            }

            entries.Add(entry);
        }

        return EvidenceEntries.Fold(plan, [.. entries.OrderBy(static entry => entry.Seq)]);
    }

    /// <summary>A file that follows from nothing could be taken for evidence.</summary>
    private static Refusal? NamesFault(EvidenceFiles files, EvidenceEntries entries)
    {
        HashSet<string> expected =
        [
            EvidenceNames.Manifest, EvidenceNames.Sums, EvidenceNames.LogKey, EvidenceNames.Checkpoint, EvidenceNames.Body, EvidenceNames.Page, EvidenceNames.Script,
            .. entries.Blobs().Keys,
            .. entries.All.Select(static entry => EvidenceNames.Entry(entry.Seq)),
            .. entries.All.Select(static entry => EvidenceNames.Proof(entry.Seq)),
        ];
        return expected.Except(files.Names, StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } missing ? EvidenceFiles.Missing(missing)
            : files.Names.FirstOrDefault(name => !expected.Contains(name)) is { } unknown ? Fault(unknown, "no entry here speaks of this file")
            : null;
    }

    /// <summary>The ledger names its key in its first entry, so that nobody signs another history of it with another key.</summary>
    private static Refusal? KeyFault(EvidenceEntries entries, NoteKey key) =>
        entries.Genesis.Event.Text("log_key") == key.ToString()
            ? null
            : Fault(EvidenceNames.LogKey, entries.Genesis.Event.Text("log_key") is { } other
                ? $"the genesis of the ledger names the key `{other}`, and evidence about this ledger is given under that key alone; have the bundle made with it"
                : "the genesis of the ledger names no key: `log:` was not configured yet when the ledger began, and no evidence can be given about it;"
                    + " what is to be proven to others has to be in a ledger that began with `log:`");

    private static Refusal? BlobsFault(EvidenceFiles files, EvidenceEntries entries)
    {
        foreach (var (name, digest) in entries.Blobs().Add(EvidenceNames.Body, entries.Plan.Hash.Digest))
        {
            if (!files.Read(name).TryGet(out var bytes, out var refusal))
            {
                return refusal;
            }

            if (Sha256Digest.Of(bytes.Span) != digest)
            {
                return Fault(name, $"it does not hash to `{digest}`, which the ledger names");
            }
        }

        return null;
    }

    /// <summary>The plan that was proposed, the plan that was approved and the plan that ran are one.</summary>
    private static Refusal? PlanFault(EvidenceFiles files, EvidenceEntries entries)
    {
        var plan = entries.Plan;
        var effects = entries.Of(EventKinds.Approved).LastOrDefault()?.Event.Text("effects_digest");
        foreach (var entry in entries.All)
        {
            if (entry.Kind is EventKinds.Approved or EventKinds.ExecutionStart && entry.Event.Text("plan_hash") != plan.Hash.ToString())
            {
                return Fault(EvidenceNames.Entry(entry.Seq), "it is about another body than was proposed");
            }

            if (entry.Kind == EventKinds.ExecutionStart && entry.Event.Text("effects_digest") != effects)
            {
                return Fault(EvidenceNames.Entry(entry.Seq), "what it started is not what was approved");
            }
        }

        if (!files.Read(EvidenceNames.Body).TryGet(out var body, out var refusal))
        {
            return refusal;
        }

        return JsonReader.TryReadCanonical(body.Span, Reading, out _, out var error) ? null : Fault(EvidenceNames.Body, error.Message);
    }

    private static Refusal? Text(EvidenceFiles files, string name, ReadOnlySpan<byte> expected) =>
        !files.Read(name).TryGet(out var bytes, out var refusal) ? refusal
        : bytes.Span.SequenceEqual(expected) ? null
        : Fault(name, "it is not the text that this version writes; another version of Interlock may have made the bundle, or somebody edited it");

    private static Refusal Fault(string name, string why) => new(RefusalCode.Corrupt, name, why);
}
