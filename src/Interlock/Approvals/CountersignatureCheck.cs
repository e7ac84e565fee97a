using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Approvals;

/// <summary>
/// Whether what the ledger says that a person said was said by that person, about this plan, as it is today. It believes no entry:
/// statement and signature are read as archived, hashed, parsed and verified each time.
/// </summary>
/// <param name="store">Where they are archived.</param>
/// <param name="signers">Whose signatures count; null where nobody is registered.</param>
/// <param name="unsignedAllowed">Whether a countersignature without a signature counts.</param>
internal sealed class CountersignatureCheck(ILedgerStore store, ISignatureVerifier? signers, bool unsignedAllowed)
{
    /// <summary>Checks one countersignature and the drift that was accepted after it.</summary>
    /// <param name="by">The countersignature as the ledger holds it.</param>
    /// <param name="terms">What it has to say.</param>
    /// <param name="now">The time: a key that has run out, or was revoked, since it signed counts no more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What it proves; refused with the reason where it does not hold.</returns>
    public async Task<Result<CheckedCountersignature>> CheckAsync(
        Countersignature by, ApprovalTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(await ApprovalAsync(by, terms, now, cancellationToken)).TryGet(out var approved, out var refusal))
        {
            return refusal;
        }

        if (by.Drift is not { } drift)
        {
            // what the ledger calls seen decides what counts as drift: it has to be what was signed
            return approved.Statement.DigestOf("observed_digest") == by.Observed
                ? approved
                : new Refusal(
                    RefusalCode.Mismatch, "observed_digest", $"the ledger says that `{by.Approver}` saw something else than they signed; run `interlock fsck`");
        }

        return (await DriftAsync(by, drift, terms, now, cancellationToken)).TryGet(out var accepted, out refusal)
            ? approved with { Drift = accepted }
            : refusal;
    }

    /// <summary>Checks the approval of a countersignature alone, whatever was accepted after it.</summary>
    /// <param name="by">The countersignature as the ledger holds it.</param>
    /// <param name="terms">What it has to say.</param>
    /// <param name="now">The time: a key that has run out, or was revoked, since it signed counts no more.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Result<CheckedCountersignature>> ApprovalAsync(
        Countersignature by, ApprovalTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var read = await ReadAsync(StatementType.Approval, by.Approver, by.Statement, terms, cancellationToken);
        if (!read.TryGet(out var statement, out var refusal))
        {
            return refusal;
        }

        if (statement.Time("expires_at") != by.ExpiresAt || now >= by.ExpiresAt)
        {
            return new Refusal(
                RefusalCode.Expired, "expires_at", $"the countersignature of `{by.Approver}` ran out at {statement["expires_at"]}; {terms.Mend}");
        }

        return (await VerifyAsync(statement, by.Signature, by.Key, by.At, terms, now, cancellationToken)).TryGet(out var proof, out refusal)
            ? new CheckedCountersignature(by, statement, proof.Signature, Drift: null)
            : refusal;
    }

    /// <summary>Checks a signature before it is written down.</summary>
    /// <param name="statement">The statement, as it was issued.</param>
    /// <param name="signature">The armoured signature; empty for none.</param>
    /// <param name="at">When it came back.</param>
    public Result<Proof> Verify(Statement statement, ReadOnlySpan<byte> signature, DateTimeOffset at)
    {
        if (signature.IsEmpty)
        {
            return unsignedAllowed
                ? Proof.None
                : Refusal.Of(
                    RefusalCode.Forbidden,
                    $"the {statement.Type} of `{statement.Approver}` is unsigned and the configuration does not say `unsigned: allow`; sign it");
        }

        if (signers is null)
        {
            return Refusal.Of(
                RefusalCode.Forbidden, "nobody is registered who could sign; name an `allowed_signers` file under `approvers` in the configuration");
        }

        if (!signers.Verify(signature, statement.Bytes.Span, statement.Type.Namespace, statement.Approver, at).TryGet(out var verified, out var refusal))
        {
            return refusal;
        }

        // under two names one person would be counted as two
        return verified.Person == statement.Approver
            ? new Proof(verified)
            : new Refusal(
                RefusalCode.Forbidden, "approver", $"`{statement.Approver}` is another name of `{verified.Person}`; sign as `{verified.Person}`");
    }

    private async Task<Result<CheckedDrift>> DriftAsync(
        Countersignature by, AcceptedDrift drift, ApprovalTerms terms, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (!(await ReadAsync(StatementType.Drift, by.Approver, drift.Statement, terms, cancellationToken)).TryGet(out var accepted, out var refusal)
            || !(await VerifyAsync(accepted, drift.Signature, key: null, drift.At, terms, now, cancellationToken)).TryGet(out var proof, out refusal))
        {
            return refusal;
        }

        return accepted.DigestOf("base_statement") != by.Statement || accepted.DigestOf("observed_digest") != by.Observed
                ? new Refusal(
                    RefusalCode.Mismatch, "base_statement", $"the drift that `{by.Approver}` accepted is of another approval; run `interlock approve --drift` again")
            : now >= accepted.Time("expires_at")
                ? new Refusal(
                    RefusalCode.Expired, "expires_at", $"the drift that `{by.Approver}` accepted ran out at {accepted["expires_at"]}; have the plan proposed again")
            : new CheckedDrift(drift, accepted, proof.Signature);
    }

    private async Task<Result<Statement>> ReadAsync(
        StatementType type, string approver, Sha256Digest digest, ApprovalTerms terms, CancellationToken cancellationToken)
    {
        if (!(await BlobAsync(digest, cancellationToken)).TryGet(out var bytes, out var refusal)
            || !Statement.TryRead(bytes).TryGet(out var statement, out refusal))
        {
            return refusal;
        }

        return statement.Type != type || statement.Approver != approver
            ? new Refusal(
                RefusalCode.Mismatch,
                statement.Type == type ? "approver" : "type",
                $"the ledger calls statement `{digest}` the {type} of `{approver}`, which it is not; run `interlock fsck`")
            : terms.Fault(statement) is { } fault ? fault : statement;
    }

    private async Task<Result<Proof>> VerifyAsync(
        Statement statement,
        Sha256Digest? signature,
        string? key,
        DateTimeOffset at,
        ApprovalTerms terms,
        DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> bytes = default;
        if (signature is { } digest && !(await BlobAsync(digest, cancellationToken)).TryGet(out bytes, out var refusal))
        {
            return refusal;
        }

        if (!Verify(statement, bytes.Span, at).TryGet(out var proof, out refusal))
        {
            return refusal;
        }

        if (proof.Signature is not { } verified)
        {
            return proof;
        }

        if (key is not null && key != verified.Fingerprint)
        {
            return new Refusal(RefusalCode.Mismatch, "key", $"the ledger names another key for the signature of `{statement.Approver}` than made it; run `interlock fsck`");
        }

        return signers?.Keys.Any(one => one.Fingerprint == verified.Fingerprint && one.IsValidAt(now)) == true
            ? proof
            : Refusal.Of(
                RefusalCode.Forbidden, $"the key `{verified.Fingerprint}` of `{statement.Approver}` has run out since it signed; {terms.Mend}");
    }

    private async Task<Result<ReadOnlyMemory<byte>>> BlobAsync(Sha256Digest digest, CancellationToken cancellationToken)
    {
        if (!(await store.ReadBlobAsync(digest, cancellationToken)).TryGet(out var bytes, out var refusal))
        {
            return refusal;
        }

        // hashed here, whatever the store says that it did
        return Sha256Digest.Of(bytes.Span) == digest ? bytes : LedgerRefusals.BlobChanged(digest);
    }
}

/// <summary>What stands behind a statement.</summary>
/// <param name="Signature">The signature that holds; null for an unsigned statement where that is allowed.</param>
internal sealed record Proof(VerifiedSignature? Signature)
{
    /// <summary>Nothing, where the configuration says that this is enough.</summary>
    public static Proof None { get; } = new((VerifiedSignature?)null);
}

/// <summary>A countersignature that holds today.</summary>
/// <param name="By">As the ledger holds it.</param>
/// <param name="Statement">What was said.</param>
/// <param name="Signature">By which key; null for an unsigned one.</param>
/// <param name="Drift">The difference that they accepted after it; null for none.</param>
internal sealed record CheckedCountersignature(Countersignature By, Statement Statement, VerifiedSignature? Signature, CheckedDrift? Drift)
{
    /// <summary>All that they said.</summary>
    public IEnumerable<Statement> Statements => Drift is null ? [Statement] : [Statement, Drift.Statement];

    /// <summary>
    /// It as rules look at it: by what was proven, never by what the ledger calls it. Where a difference was accepted, what is to run is
    /// what both say, so the lesser of the two counts: else whoever gets hold of another key of a person could say the second half.
    /// </summary>
    public Countersignature Counted
    {
        get
        {
            var approved = By with
            {
                Approver = Signature?.Person ?? By.Approver,
                Assurance = AssuranceOf(Signature).Word(),
                IsDeviceBound = Signature?.IsDeviceBound ?? false,
                Reason = Statement.Reason.Length == 0 ? null : Statement.Reason,
            };
            if (Drift is not { By: var accepted } drift)
            {
                return approved;
            }

            var (look, second) = (By.At - By.IssuedAt, accepted.At - accepted.IssuedAt);
            return approved with
            {
                Assurance = (AssuranceOf(drift.Signature) < AssuranceOf(Signature) ? AssuranceOf(drift.Signature) : AssuranceOf(Signature)).Word(),
                IsDeviceBound = approved.IsDeviceBound && drift.Signature is { IsDeviceBound: true },
                Reason = drift.Statement.Reason.Length == 0 ? null : approved.Reason,
                IssuedAt = By.At - (second < look ? second : look),
            };
        }
    }

    private static Assurance AssuranceOf(VerifiedSignature? signature) => signature?.Assurance ?? Assurance.None;
}

/// <summary>An accepted difference that holds today.</summary>
/// <param name="By">As the ledger holds it.</param>
/// <param name="Statement">What was said.</param>
/// <param name="Signature">By which key; null for an unsigned one.</param>
internal sealed record CheckedDrift(AcceptedDrift By, Statement Statement, VerifiedSignature? Signature);
