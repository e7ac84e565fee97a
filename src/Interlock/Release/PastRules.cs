using Interlock.Approvals;
using Interlock.Canonical;
using Interlock.Ledger;
using Interlock.Policies;

namespace Interlock.Release;

/// <summary>
/// By which rules and whose keys an old entry is judged: those that the governance stream archived when it was written. Today's would
/// call what was right wrong, and what was wrong right.
/// </summary>
/// <param name="readBlob">Reads what is archived.</param>
/// <param name="readSigners">Reads a set of signers from its files and the policy; null where signatures cannot be read at all.</param>
internal sealed class PastRules(BlobReader readBlob, SignerReader? readSigners)
{
    private readonly Dictionary<(Sha256Digest Policy, Sha256Digest Allowed, Sha256Digest Revoked), RulesThen> known = [];

    /// <summary>What decided in a state of the governance.</summary>
    public async Task<Result<RulesThen>> OfAsync(GovernanceState governance, CancellationToken cancellationToken)
    {
        var key = (governance.PolicyDigest, governance.AllowedSigners, governance.Revoked);
        lock (known)
        {
            if (known.TryGetValue(key, out var rules))
            {
                return rules;
            }
        }

        // two that ask at once read twice and get the same; a refusal is not kept, for the blob may be there the next time
        if (!(await ReadAsync(governance, cancellationToken)).TryGet(out var then, out var refusal))
        {
            return refusal;
        }

        lock (known)
        {
            return known[key] = then;
        }
    }

    private async Task<Result<RulesThen>> ReadAsync(GovernanceState governance, CancellationToken cancellationToken)
    {
        if (!(await readBlob(governance.PolicyDigest, cancellationToken)).TryGet(out var text, out var refusal)
            || !(await readBlob(governance.AllowedSigners, cancellationToken)).TryGet(out var allowed, out refusal)
            || !(await readBlob(governance.Revoked, cancellationToken)).TryGet(out var revoked, out refusal))
        {
            return refusal;
        }

        if (!JsonReader.TryReadCanonical(text.Span, JsonReadOptions.PlanBody, out var json, out var error) || json is not JsonObject policy)
        {
            return Refusal.Of(RefusalCode.Corrupt, $"the archived policy `{governance.PolicyDigest}` cannot be read: {error?.Message ?? "it is no object"}; run `interlock fsck`");
        }

        if (!ApprovalPolicy.TryParse(policy["approval"] as JsonObject ?? JsonObject.Empty, PolicyNames.Unknown).TryGet(out var approval, out refusal))
        {
            return refusal;
        }

        ISignatureVerifier? signers = null;
        return !allowed.IsEmpty && readSigners is not null && !readSigners(allowed, revoked, policy).TryGet(out signers, out refusal)
            ? refusal
            : new RulesThen(approval, approval.Governance.Mode == GovernanceMode.Open && policy["unsigned"] is JsonBoolean { Value: true }, signers);
    }
}

/// <summary>Reads an archived blob; what hashes to another digest is refused.</summary>
/// <param name="digest">Its digest.</param>
/// <param name="cancellationToken">Ends the wait.</param>
internal delegate Task<Result<ReadOnlyMemory<byte>>> BlobReader(Sha256Digest digest, CancellationToken cancellationToken);

/// <summary>Reads a set of signers.</summary>
/// <param name="allowed">The <c>allowed_signers</c> file.</param>
/// <param name="revoked">The revocation list.</param>
/// <param name="policy">The policy that was archived beside them, which says where a browser may sign.</param>
public delegate Result<ISignatureVerifier> SignerReader(ReadOnlyMemory<byte> allowed, ReadOnlyMemory<byte> revoked, JsonObject policy);

/// <summary>What decided at some time.</summary>
/// <param name="Approval">Who had to agree to what.</param>
/// <param name="Unsigned">Whether names counted that nothing proved; never where the governance was locked.</param>
/// <param name="Signers">Whose signatures counted; null for nobody's.</param>
internal sealed record RulesThen(ApprovalPolicy Approval, bool Unsigned, ISignatureVerifier? Signers);
