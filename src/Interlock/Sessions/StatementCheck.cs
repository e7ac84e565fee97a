using System.Collections.Immutable;
using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Plans;

namespace Interlock.Sessions;

/// <summary>What is asked of every statement before it is written down: whose it is, what stands behind it, and that it is about this ledger.</summary>
internal sealed class StatementCheck(EngineParts parts)
{
    private readonly CountersignatureCheck signatures = new(parts.Store, parts.Options.Signers, parts.Options.AllowUnsignedApprovals);

    /// <summary>Who makes a statement now, and about which ledger.</summary>
    public async Task<Result<StatementSource>> SourceAsync(string by, string? reason, CancellationToken cancellationToken)
    {
        if ((PersonName.Fault(by) ?? StatementForm.ReasonFault(reason)) is { } fault)
        {
            return fault;
        }

        return !(await Governance.ReadAsync(parts.Store, cancellationToken)).TryGet(out var governance, out var refusal)
            || !(await parts.Store.TreeHeadAsync(cancellationToken)).TryGet(out var head, out refusal)
                ? refusal
                : new StatementSource(by, reason, governance.Instance, head, parts.Clock.GetUtcNow());
    }

    /// <summary>Checks a statement of a type, with its signature.</summary>
    /// <returns>How an entry names it.</returns>
    public async Task<Result<SignedBy>> TakeAsync(
        StatementType type, Statement statement, ReadOnlyMemory<byte> signature, CancellationToken cancellationToken)
    {
        if (statement.Type != type)
        {
            return new Refusal(RefusalCode.Mismatch, "type", $"the statement is of type `{statement.Type}` and a {type} is asked for; sign that one");
        }

        if (!(await Governance.ReadAsync(parts.Store, cancellationToken)).TryGet(out var governance, out var refusal))
        {
            return refusal;
        }

        if (statement["instance"] != governance.Instance.ToString())
        {
            return new Refusal(
                RefusalCode.Mismatch, "instance", "the statement was made for another ledger, or for this one before it was restored; make it anew");
        }

        // a locked governance holds on to its signers: those of another file are nobody
        if (Governance.Keeps(governance, parts.Governing))
        {
            return Governance.Differs(governance, parts.Governing);
        }

        var rewritten = TakesEffectByStanding(statement)
            ? await VerifiedHeadFaultAsync(statement.AuditHead, cancellationToken)
            : await HeadFaultAsync(statement.AuditHead, cancellationToken);
        if ((rewritten ?? PersonFault(statement.Approver)) is { } fault)
        {
            return fault;
        }

        return Verify(statement, signature).TryGet(out var proof, out refusal) ? By(statement, signature, proof) : refusal;
    }

    /// <summary>Verifies the signature of a statement.</summary>
    public Result<Proof> Verify(Statement statement, ReadOnlyMemory<byte> signature) =>
        signatures.Verify(statement, signature.Span, parts.Clock.GetUtcNow());

    /// <summary>How an entry names whoever stands behind a statement.</summary>
    public static SignedBy By(Statement statement, ReadOnlyMemory<byte> signature, Proof proof) => new(
        statement.Approver,
        statement.Digest,
        signature.IsEmpty ? null : Sha256Digest.Of(signature.Span),
        proof.Signature?.Fingerprint,
        (proof.Signature?.Assurance ?? Assurance.None).Word(),
        statement.Reason.Length == 0 ? null : statement.Reason);

    /// <summary>What is archived of whoever stands behind a statement; there is no signature where none is asked for.</summary>
    public static ImmutableArray<ReadOnlyMemory<byte>> BlobsOf(Statement statement, ReadOnlyMemory<byte> signature) =>
        signature.IsEmpty ? [statement.Bytes] : [statement.Bytes, signature];

    /// <summary>
    /// Whether the ledger that whoever signed saw is the beginning of this one, by the stored tree. The gate asks once more, of the
    /// lines that it verified.
    /// </summary>
    public async Task<Refusal?> HeadFaultAsync(TreeHead seen, CancellationToken cancellationToken)
    {
        if (!(await parts.Store.HeadAsync(cancellationToken)).TryGet(out var head, out var refusal))
        {
            return refusal;
        }

        var root = Sha256Digest.Zero;
        return seen.Size <= head.Size && !(await parts.Store.RootAtAsync(seen.Size, cancellationToken)).TryGet(out root, out refusal) ? refusal
            : seen.Size <= head.Size && root == seen.Root ? null
            : Uprooted(seen);
    }

    /// <summary>
    /// The same by the lines that this process verified, which takes longer. For entries that take effect by standing in the ledger: written
    /// with a root that only a stored tree has which somebody changed, such an entry would make the ledger useless for good.
    /// </summary>
    public async Task<Refusal?> VerifiedHeadFaultAsync(TreeHead seen, CancellationToken cancellationToken)
    {
        var read = await parts.Ledger.ReadAsync(ledger => seen.Size <= ledger.Tree.Size && ledger.Tree.RootAt(seen.Size) == seen.Root, cancellationToken);
        return !read.TryGet(out var holds, out var refusal) ? refusal : holds ? null : Uprooted(seen);
    }

    private static bool TakesEffectByStanding(Statement statement) =>
        statement.Type == StatementType.Resolution
        || statement.Type == StatementType.Erase
        || (statement.Type == StatementType.Brake && statement["action"] == "resume");

    private static Refusal Uprooted(TreeHead seen) => new(
        RefusalCode.Mismatch, "audit_head", $"the statement was made when the ledger was another one: its first {seen.Size} entries are not those of then; run `interlock fsck`");

    /// <summary>Why somebody may not decide; null where they may.</summary>
    public Refusal? PersonFault(string person)
    {
        if (PersonName.Fault(person) is { } fault)
        {
            return fault;
        }

        if (parts.Options.Signers is { } signers && !parts.Options.AllowUnsignedApprovals)
        {
            return signers.Keys.Any(key => key.Person == person)
                ? null
                : Refusal.Of(
                    RefusalCode.Forbidden,
                    $"`{person}` is not in the `allowed_signers` file; ask one of those who are: {string.Join(", ", signers.Keys.Select(key => $"`{key.Person}`").Distinct())}");
        }

        return parts.Options.Approvers is { } approvers && !approvers.Contains(person, StringComparer.Ordinal)
            ? Refusal.Of(
                RefusalCode.Forbidden, $"`{person}` is not among the approvers; ask one of them, or add the name under `approvers` in the configuration")
            : null;
    }
}
