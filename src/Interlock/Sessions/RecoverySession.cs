using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Policies;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>
/// Takes a ledger up again that was put back from a copy, or whose anchor is lost: a quorum says from which entries it goes on, a new epoch
/// begins, and with it nothing that was approved before counts. The caller holds the executor lock and writes the new anchor after.
/// </summary>
public sealed class RecoverySession
{
    private readonly EngineParts parts;
    private readonly GovernanceSignatures changes;
    private readonly ChangeSignatures signatures;

    internal RecoverySession(EngineParts parts)
    {
        this.parts = parts;
        changes = new GovernanceSignatures(new PastRules(ReadAsync, parts.Options.ReadSigners));
        signatures = new ChangeSignatures(parts, changes);
    }

    /// <summary>What there is to recover from, from the verified chain.</summary>
    /// <param name="anchor">What the anchor holds; null where it is missing or cannot be read.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<RecoveryStanding>> StandingAsync(TreeHead? anchor, CancellationToken cancellationToken) =>
        !(await FactsAsync(anchor, cancellationToken)).TryGet(out var facts, out var refusal) ? refusal
        : !(await changes.RulesOfAsync(facts.State, cancellationToken)).TryGet(out var then, out refusal) ? refusal
        : (await changes.AnswerAsync(facts.State, GovernanceSignatures.People(facts.Signed), cancellationToken)).TryGet(out var answer, out refusal)
            ? new RecoveryStanding(
                facts.State.Instance, facts.Point.Epoch, facts.Point.Head, anchor, facts.Point.Old, facts.Point.New, facts.Agrees, facts.IsDone,
                then.Signers, then.Unsigned, answer)
            : refusal;

    /// <summary>The statement of whoever agrees, to be signed.</summary>
    /// <param name="anchor">What the anchor holds.</param>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Statement>> StatementAsync(TreeHead? anchor, string by, string? reason, CancellationToken cancellationToken) =>
        !(await FactsAsync(anchor, cancellationToken)).TryGet(out var facts, out var refusal) ? refusal
        : (await signatures.SourceAsync(facts.State, by, reason, cancellationToken)).TryGet(out var source, out refusal)
            ? Statements.Governance(facts.Point.Old, facts.Point.New, source)
            : refusal;

    /// <summary>Takes the statement back with its signature; begins the new epoch where that makes the quorum.</summary>
    /// <param name="anchor">What the anchor holds.</param>
    /// <param name="statement">The statement.</param>
    /// <param name="signature">The armoured SSHSIG; empty for none, which counts only where the ledger's rules allow it.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    /// <returns>The newest entry: <c>recovered</c>, or <c>governance-countersigned</c> while others are missing.</returns>
    public async Task<Result<LedgerEntry>> SignAsync(
        TreeHead? anchor, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await FactsAsync(anchor, cancellationToken, statement)).TryGet(out var facts, out var refusal)
            || !(await signatures.TakeAsync(facts.State, statement, signature, facts.Point.Old, facts.Point.New, cancellationToken))
                .TryGet(out var by, out refusal))
        {
            return refusal;
        }

        var people = GovernanceSignatures.People(facts.Signed).Add(by.Person).Distinct(StringComparer.Ordinal);
        if (!(await changes.AnswerAsync(facts.State, people, cancellationToken)).TryGet(out var answer, out refusal))
        {
            return refusal;
        }

        ImmutableArray<JsonObject> recovered = answer.IsMet ? [Recovered(facts.Point, ChangeSignatures.StatementsOf(facts.Signed, by))] : [];
        return await signatures.AppendAsync(
            facts.State,
            [
                .. facts.Configured is { } configured ? (ReadOnlySpan<JsonObject>)[configured] : [],
                ChangeSignatures.Countersigned(by, facts.Point.Old, facts.Point.New, facts.Point.Fields),
                .. recovered,
            ],
            [.. facts.Configured is null ? [] : parts.Governing.Blobs, .. StatementCheck.BlobsOf(statement, signature)],
            cancellationToken);
    }

    private static JsonObject Recovered(RecoveryPoint point, IEnumerable<Sha256Digest> statements) => JsonObject.Of(
    [
        (EventKinds.KindField, EventKinds.Recovered),
        .. point.Fields,
        ("statements", new JsonArray(statements.Select(static digest => (JsonValue)digest.ToString()))),
    ]);

    private async Task<Result<Facts>> FactsAsync(TreeHead? anchor, CancellationToken cancellationToken, Statement? signed = null)
    {
        var read = await parts.Ledger.ReadAsync(state => Facts.Of(state, parts.Governing, anchor, signed), cancellationToken);
        return !read.TryGet(out var held, out var refusal) ? refusal
            : held.Facts is null ? Refusal.Of(
                RefusalCode.NotFound, "the ledger is empty: there is nothing to go on from; put a copy of it back first")
            : Governance.Keeps(held.Facts.State, parts.Governing) ? Governance.Differs(held.Facts.State, parts.Governing)
            : held.Facts;
    }

    /// <summary>What this process loaded decides who may recover, and is archived only with the first who signs: until then it is read from here.</summary>
    private async Task<Result<ReadOnlyMemory<byte>>> ReadAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        foreach (var loaded in parts.Governing.Blobs)
        {
            if (Sha256Digest.Of(loaded.Span) == digest)
            {
                return loaded;
            }
        }

        return await parts.Store.ReadBlobAsync(digest, cancellationToken);
    }

    private sealed record Held(Facts? Facts);

    /// <summary>What is read in one step from one head.</summary>
    private sealed record Facts(GovernanceState State, RecoveryPoint Point, ImmutableArray<LedgerEntry> Signed, bool Agrees, bool IsDone)
    {
        /// <summary>What this process loaded where the ledger does not know it yet: to be appended before whoever signs, and never before they did.</summary>
        public JsonObject? Configured { get; private init; }

        public static Held Of(LedgerState state, Governing governing, TreeHead? anchor, Statement? signed)
        {
            if (state.Governance is not { } recorded)
            {
                return new Held(null);
            }

            var isKnown = governing.IsWhat(recorded) || Governance.Keeps(recorded, governing);
            var governance = isKnown ? recorded : recorded.Recording(governing);

            // who signs second signs what the first one signed, so that the two are counted together
            var epoch = governance.Instance.Epoch + 1;
            var point = governance.Pending
                .Select(static entry => RecoveryPoint.Of(entry.Event))
                .LastOrDefault(one => one is not null && one.Epoch == epoch && one.Anchor == anchor && IsBeginning(state, one.Head))
                ?? new RecoveryPoint(epoch, state.Tree.Head, anchor);

            // a statement that was signed elsewhere goes on from what was there when it was written, whatever was appended meanwhile
            if (signed is not null && IsBeginning(state, signed.AuditHead)
                && new RecoveryPoint(epoch, signed.AuditHead, anchor) is var written && signed.Json.Text("new_digest") == written.New.ToString())
            {
                point = written;
            }

            var agrees = anchor is { } head && IsBeginning(state, head);

            // recovered, and then the process died before the new anchor stood: the old one is still the one that was agreed to leave. Not
            // where there was none: an anchor that is gone again looks the same
            var done = !agrees && anchor is not null && governance.Recovery is { } last && last.Seq + 1 == state.Tree.Size
                && RecoveryPoint.Of(last.Event)?.Anchor == anchor;
            return new Held(new Facts(governance, point, GovernanceDigests.Signing(governance.Pending, point.Old, point.New), agrees, done)
            {
                Configured = isKnown ? null : Governance.Configured(recorded, governing),
            });
        }

        private static bool IsBeginning(LedgerState state, TreeHead head) =>
            head.Size <= state.Tree.Size && state.Tree.RootAt(head.Size) == head.Root;
    }
}

/// <summary>What a recovery would do, and who agreed to it.</summary>
/// <param name="Instance">Which ledger, in the epoch that would end.</param>
/// <param name="Epoch">The epoch that would begin.</param>
/// <param name="Head">The entries that it would go on from.</param>
/// <param name="Anchor">What the anchor holds; null where it is missing or cannot be read.</param>
/// <param name="OldDigest">What the statement leaves: the digest of the anchor's head, zeros where there is none.</param>
/// <param name="NewDigest">What the statement goes on from: the digest of epoch, root and size.</param>
/// <param name="Agrees">Whether the ledger agrees with its anchor: then nothing is wrong that anybody could see here.</param>
/// <param name="IsDone">Whether the newest recovery is of this very anchor, so that only the new anchor is missing.</param>
/// <param name="Signers">Whose signatures count; null for nobody's.</param>
/// <param name="TakesUnsigned">Whether a name counts that nothing proves.</param>
/// <param name="Answer">Who agreed, and who is missing.</param>
public sealed record RecoveryStanding(
    InstanceId Instance,
    int Epoch,
    TreeHead Head,
    TreeHead? Anchor,
    Sha256Digest OldDigest,
    Sha256Digest NewDigest,
    bool Agrees,
    bool IsDone,
    ISignatureVerifier? Signers,
    bool TakesUnsigned,
    RuleAnswer Answer);
