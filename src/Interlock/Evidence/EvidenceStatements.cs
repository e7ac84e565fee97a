using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;

namespace Interlock.Evidence;

/// <summary>Checks what people said: each statement, its signature by the keys of then, and the document that it was made from.</summary>
internal sealed class EvidenceStatements(EvidenceFiles files, EvidenceEntries entries, SignerReader readSigners)
{
    private static readonly JsonReadOptions Reading = new() { MaxBytes = EvidenceFiles.MaxFileBytes, MaxDepth = JsonReadOptions.DepthCeiling };

    private readonly ImmutableSortedDictionary<string, Sha256Digest> blobs = entries.Blobs();
    private readonly HashSet<Sha256Digest> counted = [];
    private readonly HashSet<(string Stage, string Effect)> shown = [];

    /// <summary>Checks all.</summary>
    /// <returns>Who said what, in order.</returns>
    public async Task<Result<ImmutableArray<EvidencePerson>>> CheckAsync(CancellationToken cancellationToken)
    {
        var people = ImmutableArray.CreateBuilder<EvidencePerson>();
        var signatures = new EntrySignatures(ReadAsync, new PastRules(ReadAsync, readSigners));
        foreach (var signed in entries.Signed)
        {
            var entry = signed.Entry;
            if (await signatures.FaultAsync(entry, signed.Governance, entries.Plan, tree: null, cancellationToken) is { } forged)
            {
                return Fault(entry, forged.Message);
            }

            var type = signed.Type;
            if (signed.Statement is { } digest)
            {
                if (!files.Read(EvidenceNames.Statement(digest)).TryGet(out var bytes, out var refusal)
                    || !Statement.TryRead(bytes).TryGet(out var statement, out refusal))
                {
                    return refusal;
                }

                type = statement.Type;
                if (ApprovalFault(signed, statement) is { } other)
                {
                    return other;
                }

                counted.Add(digest);
            }

            people.Add(new EvidencePerson(
                entry.Seq, entry.At, type, signed.Person, signed.Signature is null ? null : entry.Event.Text("key"), entry.Event.Text("assurance") ?? "none", entry.Event.Text("reason")));
        }

        return (QuorumFault() ?? EffectsFault()) is { } fault ? fault : people.ToImmutable();
    }

    private Refusal? ApprovalFault(SignedEntry signed, Statement statement)
    {
        if (statement.Type != StatementType.Approval && statement.Type != StatementType.Drift)
        {
            return null;
        }

        if (statement["policy_digest"] != signed.Governance.PolicyDigest.ToString() || statement["signers_digest"] != signed.Governance.SignersDigest.ToString())
        {
            return Fault(signed.Entry, "its statement was made under another policy or with other signers than the ledger names; an entry of the governance was left out");
        }

        return ShownFault(statement);
    }

    /// <summary>A statement is made from what was shown: made again from the same document it has to be the same bytes.</summary>
    private Refusal? ShownFault(Statement statement)
    {
        var digest = statement.DigestOf("render_digest");
        var name = EvidenceNames.Review(digest);
        if (!files.Read(name).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        if (!JsonReader.TryReadCanonical(bytes.Span, Reading, out var json, out var error))
        {
            return new Refusal(RefusalCode.Corrupt, name, error.Message);
        }

        if (json is not JsonObject document || !ReviewDocument.Of(document).TryGet(out var review, out refusal))
        {
            return new Refusal(RefusalCode.Corrupt, name, refusal?.Message ?? "it is no review document");
        }

        var again = statement.Type == StatementType.Approval
            ? review.Approve(statement.Approver, statement.Reason, statement.IssuedAt, statement.Time("expires_at"))
            : review.AcceptDrift(statement.DigestOf("base_statement"), statement.Approver, statement.Reason, statement.IssuedAt, statement.Time("expires_at"));
        if (!again.TryGet(out var made, out _) || made.Digest != statement.Digest)
        {
            return new Refusal(RefusalCode.Corrupt, name, $"the statement `{statement.Digest}` does not follow from it");
        }

        foreach (var stage in review.EffectsListing.Items.OfType<JsonObject>())
        {
            foreach (var effect in (stage["effects"] as JsonArray)?.Items.OfType<JsonString>() ?? [])
            {
                shown.Add((stage.Text("stage") ?? string.Empty, effect.Value));
            }
        }

        return null;
    }

    private Refusal? QuorumFault() => entries.Of(EventKinds.Approved).FirstOrDefault(entry =>
        (entry.Event["statements"] as JsonArray)?.Items.Any(item => !Sha256Digest.TryParse((item as JsonString)?.Value, out var digest) || !counted.Contains(digest)) != false)
        is { } entry ? Fault(entry, "it counts a statement that nobody here made") : null;

    private Refusal? EffectsFault() => entries.Of(EventKinds.StageIntent).FirstOrDefault(entry =>
        !shown.Contains((entry.Event.Text("stage") ?? string.Empty, entry.Event.Text("effect_digest") ?? string.Empty)))
        is { } entry ? Fault(entry, "what it dispatched was not shown to anybody who approved") : null;

    private Task<Result<ReadOnlyMemory<byte>>> ReadAsync(Sha256Digest digest, CancellationToken cancellationToken) => Task.FromResult(
        blobs.FirstOrDefault(blob => blob.Value == digest).Key is { } name ? files.Read(name) : LedgerRefusals.BlobMissing(digest));

    private static Refusal Fault(LedgerEntry entry, string why) => new(RefusalCode.Corrupt, EvidenceNames.Entry(entry.Seq), why);
}
