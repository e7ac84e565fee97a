using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Release;

namespace Interlock.Sessions;

/// <summary>
/// Changes what decides where that is locked: those who decide by the ledger sign that the policy and the signers of this process take the
/// place of theirs. The keys and the requirement are the archived ones; what this process loaded counts for nothing until it is recorded.
/// </summary>
public sealed class GovernanceSession
{
    private readonly EngineParts parts;
    private readonly ChangeSignatures signatures;

    internal GovernanceSession(EngineParts parts)
    {
        this.parts = parts;
        signatures = new ChangeSignatures(parts, parts.Changes);
    }

    /// <summary>How a change stands.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<GovernanceStanding>> StandingAsync(CancellationToken cancellationToken)
    {
        if (!(await StateAsync(cancellationToken)).TryGet(out var state, out var refusal)
            || !(await parts.Changes.RulesOfAsync(state, cancellationToken)).TryGet(out var then, out refusal)
            || !(await PolicyOfAsync(state, cancellationToken)).TryGet(out var policy, out refusal))
        {
            return refusal;
        }

        var governing = parts.Governing;
        var signed = GovernanceDigests.Signing(state.Pending, state.Digest, governing.Digest);
        return !(await parts.Changes.AnswerAsync(state, GovernanceSignatures.People(signed), cancellationToken)).TryGet(out var answer, out refusal)
            ? refusal
            : new GovernanceStanding(
                state.Instance,
                new GovernanceTerms(state.IsLocked, state.Digest, state.PolicyDigest, state.SignersDigest, policy, then.Approval, then.Signers),
                new GovernanceTerms(
                    governing.IsLocked, governing.Digest, governing.PolicyDigest, governing.SignersDigest, governing.Policy,
                    parts.Options.ApprovalPolicy, parts.Options.Signers),
                answer,
                signed);
    }

    /// <summary>The statement of whoever agrees to the change, to be signed.</summary>
    /// <param name="by">Who.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<Statement>> StatementAsync(string by, string? reason, CancellationToken cancellationToken) =>
        !(await StateAsync(cancellationToken)).TryGet(out var state, out var refusal) ? refusal
        : ChangeFault(state) is { } nothing ? nothing
        : (await signatures.SourceAsync(state, by, reason, cancellationToken)).TryGet(out var source, out refusal)
            ? Statements.Governance(state.Digest, parts.Governing.Digest, source)
            : refusal;

    /// <summary>Takes the statement back with its signature; records the change where that makes the quorum.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="signature">The armoured SSHSIG.</param>
    /// <param name="cancellationToken">Ends the wait before the append.</param>
    /// <returns>The newest entry: <c>configured</c>, or <c>governance-countersigned</c> while others are missing.</returns>
    public async Task<Result<LedgerEntry>> SignAsync(
        Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (!(await StateAsync(cancellationToken)).TryGet(out var state, out var refusal))
        {
            return refusal;
        }

        if (ChangeFault(state) is { } nothing)
        {
            return nothing;
        }

        var governing = parts.Governing;
        if (!(await signatures.TakeAsync(state, statement, signature, state.Digest, governing.Digest, cancellationToken)).TryGet(out var by, out refusal))
        {
            return refusal;
        }

        var signed = GovernanceDigests.Signing(state.Pending, state.Digest, governing.Digest);
        var people = GovernanceSignatures.People(signed).Add(by.Person).Distinct(StringComparer.Ordinal);
        if (!(await parts.Changes.AnswerAsync(state, people, cancellationToken)).TryGet(out var answer, out refusal))
        {
            return refusal;
        }

        ImmutableArray<JsonObject> configured = answer.IsMet
            ? [Governance.Configured(state, governing, ChangeSignatures.StatementsOf(signed, by))]
            : [];
        return await signatures.AppendAsync(
            state,
            [ChangeSignatures.Countersigned(by, state.Digest, governing.Digest, []), .. configured],
            [.. StatementCheck.BlobsOf(statement, signature), .. configured.IsEmpty ? [] : governing.Blobs],
            cancellationToken);
    }

    /// <summary>From the verified chain: a change is signed from what really decides.</summary>
    private async Task<Result<GovernanceState>> StateAsync(CancellationToken cancellationToken)
    {
        var read = await parts.Ledger.ReadAsync(static state => new Held(state.Governance), cancellationToken);
        return !read.TryGet(out var held, out var refusal) ? refusal
            : held.State is { } state ? state
            : Refusal.Of(RefusalCode.NotFound, "the ledger is empty; it has no instance yet");
    }

    private async Task<Result<JsonObject>> PolicyOfAsync(GovernanceState state, CancellationToken cancellationToken) =>
        !(await parts.Store.ReadBlobAsync(state.PolicyDigest, cancellationToken)).TryGet(out var bytes, out var refusal) ? refusal
        : JsonReader.TryReadCanonical(bytes.Span, JsonReadOptions.PlanBody, out var json, out _) && json is JsonObject policy ? policy
        : LedgerRefusals.BlobChanged(state.PolicyDigest);

    private Refusal? ChangeFault(GovernanceState state) =>
        !state.IsLocked ? Refusal.Of(
            RefusalCode.WrongStatus, "governance is open: a change needs no signature, and the next command that decides records it")
        : state.Digest == parts.Governing.Digest ? Refusal.Of(
            RefusalCode.WrongStatus, "policy and signers are those that the ledger expects; there is nothing to sign")
        : LockedStart.LockFault(parts.Options);

    private sealed record Held(GovernanceState? State);
}
